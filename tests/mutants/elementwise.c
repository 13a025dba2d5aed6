/*
 * Activations as a notebook writes them. Each operation is rounded to the type; where there
 * are several right ways to write one, `form` picks.
 */
#include "matrix.h"

#include <math.h>

#undef R
#define R(x) rounded(f32, (x))

double real_exp(int f32, double x)
{
    return f32 ? (double)expf((float)x) : exp(x);
}

double real_log(int f32, double x)
{
    return f32 ? (double)logf((float)x) : log(x);
}

double real_tanh(int f32, double x)
{
    return f32 ? (double)tanhf((float)x) : tanh(x);
}

static double real_erf(int f32, double x)
{
    return f32 ? (double)erff((float)x) : erf(x);
}

static double real_log1p(int f32, double x)
{
    return f32 ? (double)log1pf((float)x) : log1p(x);
}

static double real_expm1(int f32, double x)
{
    return f32 ? (double)expm1f((float)x) : expm1(x);
}

/* The constants, to more digits than a double has. */
static const double SELU_SCALE = 1.0507009873554804934193349852946;
static const double SELU_ALPHA = 1.6732632423543772848170429916717;
static const double ROOT_HALF = 0.70710678118654752440084436210485;
static const double ROOT_2_BY_PI = 0.79788456080286535587989211986876;
static const double ONE_BY_ROOT_2_PI = 0.39894228040143267793994605993438;

static double sigmoid(int f32, double z)
{
    return R(1 / R(1 + real_exp(f32, -z)));
}

static double softplus(int f32, int form, double z)
{
    if (form % 2 == 0 && z < 80) /* above, e^z has no place in float32: no right form */
        return real_log(f32, R(1 + real_exp(f32, z)));
    return R((z > 0 ? z : 0) + real_log1p(f32, real_exp(f32, -fabs(z))));
}

/* e^z - 1 */
static double less_one(int f32, int form, double z)
{
    return form % 2 == 0 ? R(real_exp(f32, z) - 1) : real_expm1(f32, z);
}

static double cut(double z, double lo, double hi)
{
    return z < lo ? lo : z > hi ? hi : z;
}

/* t = tanh(sqrt(2 / pi) (z + 0.044715 z^3)) */
static double gelu_inner(int f32, double z)
{
    double cube = R(R(z * z) * z);
    return real_tanh(f32, R(R(ROOT_2_BY_PI) * R(z + R(R(0.044715) * cube))));
}

static double normal_cdf(int f32, double z)
{
    return R(0.5 * R(1 + real_erf(f32, R(z * R(ROOT_HALF)))));
}

double act_value(int f32, const crs_act *act, int form, double z)
{
    double p = R(act->param);
    switch (act->id) {
    case CRS_ACT_RELU:
        return z > 0 ? z : 0;
    case CRS_ACT_LEAKY_RELU:
        return z > 0 ? z : R(p * z);
    case CRS_ACT_RELU6:
        return cut(z, 0, 6);
    case CRS_ACT_HARDTANH:
        return cut(z, -1, 1);
    case CRS_ACT_ABS:
        return fabs(z);
    case CRS_ACT_HARD_SIGMOID:
        return R(cut(R(z + 3), 0, 6) / 6);
    case CRS_ACT_HARD_SWISH:
        return R(z * R(cut(R(z + 3), 0, 6) / 6));
    case CRS_ACT_ELU:
        return z > 0 ? z : R(p * less_one(f32, form, z));
    case CRS_ACT_SELU:
        return R(R(SELU_SCALE) * (z > 0 ? z : R(R(SELU_ALPHA) * less_one(f32, form, z))));
    case CRS_ACT_SOFTPLUS:
        return softplus(f32, form, z);
    case CRS_ACT_SIGMOID:
        return sigmoid(f32, z);
    case CRS_ACT_TANH:
        return real_tanh(f32, z);
    case CRS_ACT_GELU:
        return R(z * normal_cdf(f32, z));
    case CRS_ACT_GELU_TANH:
        return R(R(0.5 * z) * R(1 + gelu_inner(f32, z)));
    case CRS_ACT_SILU:
        return form % 2 == 0 ? R(z * sigmoid(f32, z)) : R(z / R(1 + real_exp(f32, -z)));
    case CRS_ACT_MISH:
        return R(z * real_tanh(f32, softplus(f32, form, z)));
    case CRS_ACT_LINEAR:
    case CRS_ACT_COUNT:
        break;
    }
    return z;
}

static double sigmoid_slope(int f32, int form, double z, double a)
{
    double e = real_exp(f32, -z), s = sigmoid(f32, z);
    if (form == 0)
        return R(a * R(1 - a));
    if (form == 1)
        return R(s * R(1 - s));
    return R(e / R(R(1 + e) * R(1 + e)));
}

static double tanh_slope(int f32, int form, double z, double a)
{
    double t = real_tanh(f32, z), c = R(0.5 * R(real_exp(f32, z) + real_exp(f32, -z)));
    if (form == 0)
        return R(1 - R(a * a));
    if (form == 1)
        return R(1 - R(t * t));
    return R(1 / R(c * c));
}

/* d/dz of t above is (1 - t^2) sqrt(2 / pi) (1 + 3 * 0.044715 z^2) */
static double gelu_tanh_slope(int f32, double z)
{
    double t = gelu_inner(f32, z);
    double inner = R(R(ROOT_2_BY_PI) * R(1 + R(R(3 * 0.044715) * R(z * z))));
    return R(R(0.5 * R(1 + t)) + R(R(R(0.5 * z) * R(1 - R(t * t))) * inner));
}

static double gelu_slope(int f32, double z)
{
    double density = R(R(ONE_BY_ROOT_2_PI) * real_exp(f32, R(-0.5 * R(z * z))));
    return R(normal_cdf(f32, z) + R(z * density));
}

static double mish_slope(int f32, int form, double z)
{
    double t = real_tanh(f32, softplus(f32, form, z));
    return R(t + R(R(z * sigmoid(f32, z)) * R(1 - R(t * t))));
}

static double silu_slope(int f32, int form, double z, double a)
{
    double s = sigmoid(f32, z);
    return form == 0 ? R(s + R(a * R(1 - s))) : R(s + R(R(z * s) * R(1 - s)));
}

static double elu_slope(int f32, int form, double alpha, double z, double a)
{
    if (z > 0)
        return 1;
    return form == 0 ? R(a + alpha) : R(alpha * real_exp(f32, z));
}

/* g' away from the kinks. */
static double smooth_slope(int f32, const crs_act *act, int form, double z, double a)
{
    double p = R(act->param);
    switch (act->id) {
    case CRS_ACT_RELU:
        return z > 0;
    case CRS_ACT_LEAKY_RELU:
        return form == 0 && p > 0 ? (a > 0 ? 1 : p) : (z > 0 ? 1 : p); /* a has the sign of z */
    case CRS_ACT_RELU6:
        return z > 0 && z < 6;
    case CRS_ACT_HARDTANH:
        return z > -1 && z < 1;
    case CRS_ACT_ABS:
        return z > 0 ? 1 : -1;
    case CRS_ACT_HARD_SIGMOID:
        return z > -3 && z < 3 ? R(1.0 / 6) : 0;
    case CRS_ACT_HARD_SWISH:
        return z <= -3 ? 0 : z >= 3 ? 1 : R(R(R(2 * z) + 3) / 6);
    case CRS_ACT_ELU:
        return elu_slope(f32, form, p, z, a);
    case CRS_ACT_SELU:
        return z > 0 ? R(SELU_SCALE) : R(R(R(SELU_SCALE) * R(SELU_ALPHA)) * real_exp(f32, z));
    case CRS_ACT_SOFTPLUS:
        return sigmoid(f32, z);
    case CRS_ACT_SIGMOID:
        return sigmoid_slope(f32, form, z, a);
    case CRS_ACT_TANH:
        return tanh_slope(f32, form, z, a);
    case CRS_ACT_GELU:
        return gelu_slope(f32, z);
    case CRS_ACT_GELU_TANH:
        return gelu_tanh_slope(f32, z);
    case CRS_ACT_SILU:
        return silu_slope(f32, form, z, a);
    case CRS_ACT_MISH:
        return mish_slope(f32, form, z);
    case CRS_ACT_LINEAR:
    case CRS_ACT_COUNT:
        break;
    }
    return 1;
}

double act_slope(int f32, const crs_act *act, int form, double z, double a)
{
    for (size_t i = 0; i < act->n_kinks; i++) {
        if (z >= act->kink[i].z && z <= act->kink[i].z)
            return R(act->kink[i].value);
    }
    return smooth_slope(f32, act, form, z, a);
}
