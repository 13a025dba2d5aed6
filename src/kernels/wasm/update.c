/* WebAssembly's SIMD: 4 floats or 2 doubles a register. */
#include "kernels/update.h"

#include "kernels/real.h"

#include "kernels/wasm/lanes.h"

#include "kernels/wasm/real32.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"

#include "kernels/wasm/real64.h"

#include "kernels/update_template.h"

#include "kernels/real_undef.h"
