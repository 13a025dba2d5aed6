/* What the specification's arithmetic can do at most: fma() of one element at a time. */
#include "kernels/peak.h"

#include <math.h>

#define T float
#define NAME(x) crs__scalar_f32_##x
#define V float
#define V_LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET1(x) (x)
#define V_FMA(x, y, z) fmaf(x, y, z)
#include "kernels/peak_template.h"

#define T double
#define NAME(x) crs__scalar_f64_##x
#define V double
#define V_LANES 1
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET1(x) (x)
#define V_FMA(x, y, z) fma(x, y, z)
#include "kernels/peak_template.h"
