/* AVX2 and FMA: 8 floats or 4 doubles a register. */
#include "kernels/levels.h"

#include <immintrin.h>

typedef uint64_t wide __attribute__((vector_size(32)));
#define WIDE_LANES 4
#define WIDE wide
#define WIDE_MUL(x, y) ((wide)_mm256_mul_epu32((__m256i)(x), (__m256i)(y)))
#include "kernels/philox_template.h"

#include "kernels/avx2/real32.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"

#include "kernels/avx2/real64.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"
