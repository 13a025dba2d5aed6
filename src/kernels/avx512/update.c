/* AVX-512: 16 floats or 8 doubles a register. */
#include "kernels/update.h"

#include "kernels/real.h"

#include <immintrin.h>

#include "kernels/avx512/real32.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"

#include "kernels/avx512/real64.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"
