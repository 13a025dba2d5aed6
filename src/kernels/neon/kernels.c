/* NEON, with which every aarch64 comes: 4 floats or 2 doubles a register. */
#include "kernels/levels.h"

#include <arm_neon.h>

#define WIDE_LANES 2
#define WIDE uint64x2_t
#define WIDE_MUL(x, y) (vmull_u32(vmovn_u64(x), vmovn_u64(y)))
#include "kernels/philox_template.h"

#include "kernels/neon/real32.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"

#include "kernels/neon/real64.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"
