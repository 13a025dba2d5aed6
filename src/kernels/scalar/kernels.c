/* The specification: one lane at a time, plain C. */
#include "kernels/levels.h"

#define T float
#define NAME(x) crs__scalar_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V float
#define V_LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET1(x) (x)
#define V_FMA(x, y, z) crs__fma_f32(x, y, z)
#include "kernels/kernels_template.h"

#define T double
#define NAME(x) crs__scalar_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V double
#define V_LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET1(x) (x)
#define V_FMA(x, y, z) crs__fma_f64(x, y, z)
#include "kernels/kernels_template.h"
