/*
 * act/act.h - the table behind <crease/act.h>.
 *
 * One row per activation. To add one: write g and g' (piecewise_template.h, smooth.c or
 * a file of its own), declare them here, add an id to the enum of the public
 * header and a row to table.c. Everything else reads the table.
 *
 * The functions of a row are the specification. Where g is piecewise linear they
 * compute in the type itself, so that a fast version can repeat every bit;
 * elsewhere they compute in double, and the float32 version rounds that once.
 */
#ifndef ACT_ACT_H
#define ACT_ACT_H

#include <crease/act.h>

/* Other names an activation is known by; no row has more. */
#define CRS__ACT_MAX_ALIASES 2

typedef struct crs__act_row {
    const char *name;
    const char *aliases[CRS__ACT_MAX_ALIASES];
    const char *formula;
    const char *rule; /* with the default parameter, where there is one */
    int has_param;
    double param; /* its default */
    int piecewise_linear;

    /* Fills `kink` in rising z and returns how many; NULL for a smooth row. */
    size_t (*kinks)(double param, crs_kink *kink);

    /* g and g'. g' is asked away from the kinks only: there kink.value stands. */
    float (*g_f32)(const crs_act *act, float z);
    double (*g_f64)(const crs_act *act, double z);
    float (*dg_f32)(const crs_act *act, float z);
    double (*dg_f64)(const crs_act *act, double z);

    crs_act_bounds bounds;
} crs__act_row;

/* The row of `id`, or NULL when there is none. */
const crs__act_row *crs__act_row_of(crs_act_id id);

/* `row` with the parameter `param`, kinks filled in. */
void crs__act_fill(crs_act_id id, double param, crs_act *out);

#define CRS__ACT_DECLARE(name)                                      \
    float crs__act_##name##_f32(const crs_act *act, float z);       \
    double crs__act_##name##_f64(const crs_act *act, double z);     \
    float crs__act_##name##_slope_f32(const crs_act *act, float z); \
    double crs__act_##name##_slope_f64(const crs_act *act, double z)

/* piecewise.c */
CRS__ACT_DECLARE(linear);
CRS__ACT_DECLARE(relu);
CRS__ACT_DECLARE(leaky_relu);
CRS__ACT_DECLARE(relu6);
CRS__ACT_DECLARE(hardtanh);
CRS__ACT_DECLARE(abs);
CRS__ACT_DECLARE(hard_sigmoid);
/* smooth.c */
CRS__ACT_DECLARE(hard_swish);
CRS__ACT_DECLARE(elu);
CRS__ACT_DECLARE(selu);
CRS__ACT_DECLARE(softplus);
CRS__ACT_DECLARE(sigmoid);
CRS__ACT_DECLARE(tanh);
CRS__ACT_DECLARE(silu);
CRS__ACT_DECLARE(mish);
/* gelu.c */
CRS__ACT_DECLARE(gelu);
CRS__ACT_DECLARE(gelu_tanh);

/* The float32 half of a smooth activation: the double result, rounded once. */
#define CRS__ACT_ROUND_TO_F32(name)                                \
    float crs__act_##name##_f32(const crs_act *act, float z)       \
    {                                                              \
        return (float)crs__act_##name##_f64(act, (double)z);       \
    }                                                              \
    float crs__act_##name##_slope_f32(const crs_act *act, float z) \
    {                                                              \
        return (float)crs__act_##name##_slope_f64(act, (double)z); \
    }

/* SELU's lambda and lambda alpha (Klambauer et al. 2017, alpha = 1.67326324...). */
#define CRS__SELU_LAMBDA 1.0507009873554804934193349852946
#define CRS__SELU_LAMBDA_ALPHA 1.7580993408473768599402175208123193

#endif
