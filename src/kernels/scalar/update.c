/* The specification: one lane at a time, plain C. */
#include "kernels/update.h"

#include "kernels/real.h"

#include "kernels/scalar/real32.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"

#include "kernels/scalar/real64.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"
