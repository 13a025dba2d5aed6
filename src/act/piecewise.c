/* Piecewise linear activations: the definitions stand once, in piecewise.inc. */
#include "act/act.h"

#include <math.h>

#define T float
#define NAME(x) crs__act_##x##_f32
#include "act/piecewise.inc"
#undef T
#undef NAME

#define T double
#define NAME(x) crs__act_##x##_f64
#include "act/piecewise.inc"
#undef T
#undef NAME
