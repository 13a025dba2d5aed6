/* WebAssembly's SIMD: 4 floats or 2 doubles a register. */
#include "kernels/levels.h"

#include "kernels/wasm/lanes.h"

typedef uint64_t wide __attribute__((vector_size(16)));
#define WIDE_LANES 2
#define WIDE wide
#define WIDE_MUL(x, y) ((x) * (y))
#include "kernels/philox_template.h"

#include "kernels/wasm/real32.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"

#include "kernels/wasm/real64.h"

#include "kernels/kernels_template.h"

#include "kernels/real_undef.h"
