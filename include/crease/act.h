/*
 * crease/act.h - what an activation is.
 *
 * An activation is a row of one table: g(z), its derivative g'(z), its kinks
 * (the z at which the slopes from the left and from the right differ) and the
 * value that stands for the derivative at each of them. g' is always a function
 * of z, the pre-activation, never of a = g(z).
 *
 * Scalar calls here are the specification. Fast versions are held to them: bit
 * for bit where g is piecewise linear, within a stated number of ulp elsewhere.
 * NaN in gives NaN out.
 */
#ifndef CREASE_ACT_H
#define CREASE_ACT_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No activation of the table has more kinks than this. */
#define CRS_ACT_MAX_KINKS 2

/* The table's rows, in its order. */
typedef enum crs_act_id {
    CRS_ACT_LINEAR,
    CRS_ACT_RELU,
    CRS_ACT_LEAKY_RELU, /* parameter: the slope left of 0, 0.01 */
    CRS_ACT_RELU6,
    CRS_ACT_HARDTANH,
    CRS_ACT_ABS,
    CRS_ACT_HARD_SIGMOID, /* min(max(z + 3, 0), 6) / 6 */
    CRS_ACT_HARD_SWISH,   /* z * hard_sigmoid(z) */
    CRS_ACT_ELU,          /* parameter: alpha, 1 */
    CRS_ACT_SELU,
    CRS_ACT_SOFTPLUS,
    CRS_ACT_SIGMOID,
    CRS_ACT_TANH,
    CRS_ACT_GELU,      /* z Phi(z), with erf */
    CRS_ACT_GELU_TANH, /* its tanh approximation */
    CRS_ACT_SILU,
    CRS_ACT_MISH,
    CRS_ACT_COUNT
} crs_act_id;

/*
 * A place where the derivative jumps. Slopes are given in double; a float32 result is
 * compared with them rounded to float (0.01f is a little less than 0.01).
 */
typedef struct crs_kink {
    double z;     /* where */
    double left;  /* slope from the left */
    double right; /* slope from the right */
    double value; /* what g'(z) is defined to be there */
} crs_kink;

/*
 * An activation with its parameter and its kinks. A plain value: copy it, keep
 * it on the stack, nothing to release. Fill it with one of the calls below; then
 * kink[i].value may be set to anything (relu'(0) = 0.5, or 2 for study).
 */
typedef struct crs_act {
    crs_act_id id;
    double param; /* slope or alpha; 0 where the row has none */
    size_t n_kinks;
    crs_kink kink[CRS_ACT_MAX_KINKS]; /* in rising z */
} crs_act;

/* The activation of a row with its default parameter. */
CRS_API void crs_act_get(crs_act_id id, crs_act *out);

/*
 * Read "relu", "leaky_relu:0.1", "elu:0.5", "gelu_tanh", ... ("prelu" is
 * leaky_relu, "swish" is silu, "identity" is linear).
 *
 * Errors: CRS_ENOENT (no such activation; "step" and "threshold" are refused
 * with the reason), CRS_EPARSE (a parameter that is no finite number, or one
 * given to a row that takes none).
 */
CRS_API crs_status crs_act_parse(const char *text, crs_error *err, crs_act *out);

/* "relu" for CRS_ACT_RELU; NULL for an id that is none. Static storage. */
CRS_API const char *crs_act_name(crs_act_id id);

/*
 * The name with its parameter, as crs_act_parse reads it ("leaky_relu:0.1"),
 * into `text` of `size` bytes, always terminated.
 */
CRS_API void crs_act_format(const crs_act *act, char *text, size_t size);

/*
 * The derivative as a rule a person would write, "Z > 0" for relu; for a row with a
 * parameter, the rule of its default one. Static storage.
 */
CRS_API const char *crs_act_rule_text(crs_act_id id);

/*
 * The same with the parameter of `act` ("np.where(Z > 0, 1, 0.1)" for leaky_relu:0.1),
 * into `text` of `size` bytes, always terminated; 160 bytes hold any.
 */
CRS_API void crs_act_format_rule(const crs_act *act, char *text, size_t size);

/* One line about it, "max(0, z)" for relu. Static storage. */
CRS_API const char *crs_act_formula(crs_act_id id);

/* 1 where g is piecewise linear: every arithmetic step is exact or rounded once. */
CRS_API int crs_act_is_piecewise_linear(crs_act_id id);

/* a = g(z). */
CRS_API float crs_act_value_f32(const crs_act *act, float z);
CRS_API double crs_act_value_f64(const crs_act *act, double z);

/* g'(z), and the chosen value at a kink. */
CRS_API float crs_act_slope_f32(const crs_act *act, float z);
CRS_API double crs_act_slope_f64(const crs_act *act, double z);

/*
 * How far the calls above may be from the exact g and g', in units in the last
 * place of the result, for results that are normal numbers. 0 where they are
 * exact or correctly rounded from one operation. Held by a test against MPFR.
 */
typedef struct crs_act_bounds {
    double value_f32, value_f64;
    double slope_f32, slope_f64;
    /*
     * An absolute error on top of slope_f64 for -2 < z < 0: there g' of gelu, silu and
     * mish crosses zero, and two parts of it cancel. 0 for the other rows.
     */
    double slope_abs_f64;
} crs_act_bounds;
CRS_API void crs_act_error_bounds(crs_act_id id, crs_act_bounds *out);

/*
 * A rule that is a step: dz = da above where the source is at least `at` (greater than
 * `at`, if strict), and da below elsewhere.
 */
typedef struct crs_step_rule {
    int of_a;   /* the source: 1 for a = g(z), 0 for z */
    int strict; /* 1: >, 0: >= */
    double at;  /* in the dtype of the arrays, rounded to it */
    double above, below;
} crs_step_rule;

/*
 * What a backward pass uses in place of g'(z): dz[i] from z[i], a[i] = g(z[i])
 * and the upstream gradient da[i], for i < n. dz may be da itself. Both calls
 * are elementwise: cutting an array into pieces changes no bit. `ctx` is
 * borrowed and only read, so one rule may serve many threads.
 *
 * The right one of an activation is dz[i] = da[i] * g'(z[i]).
 */
typedef struct crs_backward_rule {
    void (*f32)(const void *ctx, size_t n, const float *z, const float *a, const float *da,
                float *dz);
    void (*f64)(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                double *dz);
    const void *ctx;
    /*
     * What f32 and f64 compute, told as a step, for those that can be: small nets then train
     * as fast as with g' itself. Where z is a number, the results have to be those of the
     * functions, up to the sign of a zero. NULL: it is none, or nobody knows. Borrowed.
     */
    const crs_step_rule *step;
} crs_backward_rule;

#ifdef __cplusplus
}
#endif
#endif
