/* NEON, with which every aarch64 comes: 4 floats or 2 doubles a register. */
#include "kernels/update.h"

#include "kernels/real.h"

#include <arm_neon.h>

#include "kernels/neon/real32.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"

#include "kernels/neon/real64.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"
