/* The specification: one lane at a time, plain C. */
#include "kernels/levels.h"

#define WIDE_LANES 1
#define WIDE uint64_t
#define WIDE_MUL(x, y) ((x) * (y))
#include "kernels/philox_template.h"

#include "kernels/scalar/real32.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"

#include "kernels/scalar/real64.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"
