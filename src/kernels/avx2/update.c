/* AVX2 and FMA: 8 floats or 4 doubles a register. */
#include "kernels/update.h"

#include "kernels/real.h"

#include <immintrin.h>

#include "kernels/avx2/real32.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"

#include "kernels/avx2/real64.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"
