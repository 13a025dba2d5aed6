/*
 * The table of activations: what each is called, where it has kinks, what is
 * taken for the derivative there, and how exact its functions are.
 *
 * Values at kinks are those of the common frameworks: the slope of the flat (or
 * outer) side for relu, relu6, hardtanh, hard_sigmoid and hard_swish (the last is
 * what z * relu6(z + 3) / 6 gives by the product rule), sign(0) = 0 for abs, the
 * left slope for leaky_relu, elu and selu.
 */
#include "act/act.h"

static size_t put_kink(crs_kink *kink, double z, double left, double right, double value)
{
    kink->z = z;
    kink->left = left;
    kink->right = right;
    kink->value = value;
    return 1;
}

static size_t relu_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(kink, 0, 0, 1, 0);
}

/* leaky_relu and elu: the parameter is the slope from the left; at 1 nothing jumps. */
static size_t left_slope_kinks(double param, crs_kink *kink)
{
    return param == 1 ? 0 : put_kink(kink, 0, param, 1, param);
}

static size_t relu6_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(&kink[0], 0, 0, 1, 0) + put_kink(&kink[1], 6, 1, 0, 0);
}

static size_t hardtanh_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(&kink[0], -1, 0, 1, 0) + put_kink(&kink[1], 1, 1, 0, 0);
}

static size_t abs_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(kink, 0, -1, 1, 0);
}

static size_t hard_sigmoid_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(&kink[0], -3, 0, 1.0 / 6, 0) + put_kink(&kink[1], 3, 1.0 / 6, 0, 0);
}

static size_t hard_swish_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(&kink[0], -3, 0, -0.5, 0) + put_kink(&kink[1], 3, 1.5, 1, 1);
}

static size_t selu_kinks(double param, crs_kink *kink)
{
    (void)param;
    return put_kink(kink, 0, CRS__SELU_LAMBDA_ALPHA, CRS__SELU_LAMBDA, CRS__SELU_LAMBDA_ALPHA);
}

/*
 * Error bounds in ulp: g f32, g f64, g' f32, g' f64, and the absolute part of the last.
 *
 * hard_sigmoid: z + 3 and the division round once each; half an ulp of z + 3, divided
 * by 6, is at most 2/3 ulp of the quotient, and 1/2 for the division. hard_swish has one
 * product more: three relative errors of 2^-53 are at most 3 ulp.
 *
 * The others stand on libm. Measured against MPFR with glibc 2.36 at 70,000 points, four
 * times over (tests/unit/act/test_mpfr.c with CREASE_TEST_EFFORT=10), the largest errors
 * in f64 were about 3/4 of what is stated; the rest is room for another libm.
 *
 * f32 is the f64 result rounded once more: half an ulp and next to nothing. Except at the
 * one float nearest to a zero of g': there 2^-53, the absolute part of the f64 error, is
 * 1/4 of a float32 ulp for both gelu (g' = -5e-9), 1/2 for silu (-2.8e-9), 2 for mish
 * (8e-10).
 */
#define ONCE 0.5001

#define FUNCTIONS(name)                                             \
    .g_f32 = crs__act_##name##_f32, .g_f64 = crs__act_##name##_f64, \
    .dg_f32 = crs__act_##name##_slope_f32, .dg_f64 = crs__act_##name##_slope_f64

static const crs__act_row rows[CRS_ACT_COUNT] = {
    [CRS_ACT_LINEAR] = {.name = "linear",
                        .aliases = {"identity"},
                        .formula = "z",
                        .rule = "1",
                        .piecewise_linear = 1,
                        FUNCTIONS(linear)},
    [CRS_ACT_RELU] = {.name = "relu",
                      .formula = "max(0, z)",
                      .rule = "Z > 0",
                      .piecewise_linear = 1,
                      .kinks = relu_kinks,
                      FUNCTIONS(relu)},
    [CRS_ACT_LEAKY_RELU] = {.name = "leaky_relu",
                            .aliases = {"prelu"},
                            .formula = "z where z >= 0, slope z where z < 0",
                            .rule = "np.where(Z > 0, 1, 0.01)",
                            .has_param = 1,
                            .param = 0.01,
                            .piecewise_linear = 1,
                            .kinks = left_slope_kinks,
                            FUNCTIONS(leaky_relu)},
    [CRS_ACT_RELU6] = {.name = "relu6",
                       .formula = "min(max(0, z), 6)",
                       .rule = "(Z > 0) & (Z < 6)",
                       .piecewise_linear = 1,
                       .kinks = relu6_kinks,
                       FUNCTIONS(relu6)},
    [CRS_ACT_HARDTANH] = {.name = "hardtanh",
                          .formula = "min(max(-1, z), 1)",
                          .rule = "(Z > -1) & (Z < 1)",
                          .piecewise_linear = 1,
                          .kinks = hardtanh_kinks,
                          FUNCTIONS(hardtanh)},
    [CRS_ACT_ABS] = {.name = "abs",
                     .formula = "|z|",
                     .rule = "np.sign(Z)",
                     .piecewise_linear = 1,
                     .kinks = abs_kinks,
                     FUNCTIONS(abs)},
    [CRS_ACT_HARD_SIGMOID] = {.name = "hard_sigmoid",
                              .aliases = {"hardsigmoid"},
                              .formula = "min(max(z + 3, 0), 6) / 6",
                              .rule = "((Z > -3) & (Z < 3)) / 6",
                              .piecewise_linear = 1,
                              .kinks = hard_sigmoid_kinks,
                              .bounds = {7.0 / 6, 7.0 / 6, 0, 0, 0},
                              FUNCTIONS(hard_sigmoid)},
    [CRS_ACT_HARD_SWISH] = {.name = "hard_swish",
                            .aliases = {"hardswish"},
                            .formula = "z min(max(z + 3, 0), 6) / 6",
                            .rule = "np.where(Z <= -3, 0, np.where(Z >= 3, 1, (2 * Z + 3) / 6))",
                            .kinks = hard_swish_kinks,
                            .bounds = {ONCE, 3, ONCE, 7.0 / 6, 0},
                            FUNCTIONS(hard_swish)},
    [CRS_ACT_ELU] = {.name = "elu",
                     .formula = "z where z >= 0, alpha (exp(z) - 1) where z < 0",
                     .rule = "np.where(Z > 0, 1, np.exp(Z))",
                     .has_param = 1,
                     .param = 1,
                     .kinks = left_slope_kinks,
                     .bounds = {ONCE, 2, ONCE, 3.5, 0},
                     FUNCTIONS(elu)},
    [CRS_ACT_SELU] = {.name = "selu",
                      .formula = "1.0507 z where z >= 0, 1.7581 (exp(z) - 1) where z < 0",
                      .rule = "np.where(Z > 0, 1.0507009873554805, 1.7580993408473769 * np.exp(Z))",
                      .kinks = selu_kinks,
                      .bounds = {ONCE, 2, ONCE, 3.5, 0},
                      FUNCTIONS(selu)},
    [CRS_ACT_SOFTPLUS] = {.name = "softplus",
                          .formula = "log(1 + exp(z))",
                          .rule = "1 / (1 + np.exp(-Z))",
                          .bounds = {ONCE, 2, ONCE, 3, 0},
                          FUNCTIONS(softplus)},
    [CRS_ACT_SIGMOID] = {.name = "sigmoid",
                         .aliases = {"logistic"},
                         .formula = "1 / (1 + exp(-z))",
                         .rule = "A * (1 - A)",
                         .bounds = {ONCE, 3, ONCE, 5, 0},
                         FUNCTIONS(sigmoid)},
    [CRS_ACT_TANH] = {.name = "tanh",
                      .formula = "tanh(z)",
                      .rule = "1 - A**2",
                      .bounds = {ONCE, 2.5, ONCE, 6, 0},
                      FUNCTIONS(tanh)},
    [CRS_ACT_GELU] = {.name = "gelu",
                      .formula = "z (1 + erf(z / sqrt(2))) / 2",
                      .rule = "0.5 * (1 + erf(0.7071067811865476 * Z))"
                              " + 0.3989422804014327 * Z * np.exp(-0.5 * Z**2)",
                      .bounds = {ONCE, 5, 0.75, 5, 0x1p-53},
                      FUNCTIONS(gelu)},
    [CRS_ACT_GELU_TANH] = {.name = "gelu_tanh",
                           .formula = "z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2",
                           .rule = "0.5 * (1 + np.tanh(0.7978845608028654 * (Z + 0.044715 * Z**3)))"
                                   " + 0.3989422804014327 * Z * (1 + 0.134145 * Z**2)"
                                   " / np.cosh(0.7978845608028654 * (Z + 0.044715 * Z**3))**2",
                           .bounds = {ONCE, 4, 0.75, 6, 0x1p-53},
                           FUNCTIONS(gelu_tanh)},
    [CRS_ACT_SILU] = {.name = "silu",
                      .aliases = {"swish"},
                      .formula = "z / (1 + exp(-z))",
                      .rule = "A + (1 - A) / (1 + np.exp(-Z))",
                      .bounds = {ONCE, 4, 1, 6, 0x1p-53},
                      FUNCTIONS(silu)},
    [CRS_ACT_MISH] = {.name = "mish",
                      .formula = "z tanh(log(1 + exp(z)))",
                      .rule = "np.tanh(np.log(1 + np.exp(Z)))"
                              " + Z * (1 - np.tanh(np.log(1 + np.exp(Z)))**2) / (1 + np.exp(-Z))",
                      .bounds = {ONCE, 5, 2.5, 8.5, 0x1p-53},
                      FUNCTIONS(mish)},
};

const crs__act_row *crs__act_row_of(crs_act_id id)
{
    return (unsigned)id < CRS_ACT_COUNT ? &rows[id] : NULL;
}
