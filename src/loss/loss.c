#include "loss/loss.h"

#include "core/less.h"

#include <math.h>

#define COST_ARGUMENTS \
    size_t n, size_t batch, double bend, const void *z_, size_t ld, const void *y_, size_t ldy
#define DELTA_ARGUMENTS \
    size_t n, size_t batch, double bend, const void *a_, const void *y_, void *dz_, size_t ld

#define T float
#define FN(x) x##_f32
#define EXP expf
#include "loss/loss_template.h"

#define T double
#define FN(x) x##_f64
#define EXP exp
#include "loss/loss_template.h"

const crs__loss *crs__loss_get(crs__loss_id id, crs_dtype dtype)
{
    return dtype == CRS_F64 ? &losses_f64[id] : &losses_f32[id];
}
