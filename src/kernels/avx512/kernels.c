/* AVX-512: 16 floats or 8 doubles a register. */
#include "kernels/levels.h"

#include <immintrin.h>

typedef uint64_t wide __attribute__((vector_size(64)));
#define WIDE_LANES 8
#define WIDE wide
#define WIDE_MUL(x, y) ((wide)_mm512_mul_epu32((__m512i)(x), (__m512i)(y)))
#include "kernels/philox_template.h"

#include "kernels/avx512/real32.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"

#include "kernels/avx512/real64.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"
