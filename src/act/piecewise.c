/* Piecewise linear activations: the definitions stand once, in piecewise_template.h. */
#include "act/act.h"
#include "core/less.h"

#include <math.h>

#define T float
#define NAME(x) crs__act_##x##_f32
#include "act/piecewise_template.h"
#undef T
#undef NAME

#define T double
#define NAME(x) crs__act_##x##_f64
#include "act/piecewise_template.h"
#undef T
#undef NAME
