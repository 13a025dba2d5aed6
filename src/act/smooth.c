/*
 * Activations made of exp, log and tanh. Each is written with exp(-|z|) or the
 * like, so that nothing overflows and no digits cancel; the infinities get their
 * limits (where a formula would say inf * 0), NaN falls through to NaN.
 */
#include "act/act.h"
#include "act/tail.h"

#include <math.h>

/* z * hard_sigmoid(z) */
double crs__act_hard_swish_f64(const crs_act *act, double z)
{
    (void)act;
    return z <= -3 ? 0 : z >= 3 ? z : z * (z + 3) / 6;
}

double crs__act_hard_swish_slope_f64(const crs_act *act, double z)
{
    (void)act;
    return z < -3 ? 0 : z > 3 ? 1 : (2 * z + 3) / 6;
}

CRS__ACT_ROUND_TO_F32(hard_swish)

/* z > 0: z, else alpha (exp(z) - 1) */
double crs__act_elu_f64(const crs_act *act, double z)
{
    return z < 0 ? act->param * expm1(z) : z;
}

double crs__act_elu_slope_f64(const crs_act *act, double z)
{
    if (isnan(z))
        return z;
    return z < 0 ? crs__act_times_exp(act->param, z) : 1;
}

CRS__ACT_ROUND_TO_F32(elu)

/* lambda * elu with alpha */
double crs__act_selu_f64(const crs_act *act, double z)
{
    (void)act;
    return z < 0 ? CRS__SELU_LAMBDA_ALPHA * expm1(z) : CRS__SELU_LAMBDA * z;
}

double crs__act_selu_slope_f64(const crs_act *act, double z)
{
    (void)act;
    if (isnan(z))
        return z;
    return z < 0 ? crs__act_times_exp(CRS__SELU_LAMBDA_ALPHA, z) : CRS__SELU_LAMBDA;
}

CRS__ACT_ROUND_TO_F32(selu)

/* 1 / (1 + exp(-z)) */
double crs__act_sigmoid_f64(const crs_act *act, double z)
{
    double e = exp(-fabs(z));
    (void)act;
    return (z < 0 ? e : 1) / (1 + e);
}

/* e / (1 + e)^2, the same for z and -z */
double crs__act_sigmoid_slope_f64(const crs_act *act, double z)
{
    double e = exp(-fabs(z));
    (void)act;
    return e / ((1 + e) * (1 + e));
}

CRS__ACT_ROUND_TO_F32(sigmoid)

/* log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)) */
double crs__act_softplus_f64(const crs_act *act, double z)
{
    (void)act;
    return (z > 0 ? z : 0) + log1p(exp(-fabs(z)));
}

double crs__act_softplus_slope_f64(const crs_act *act, double z)
{
    return crs__act_sigmoid_f64(act, z);
}

CRS__ACT_ROUND_TO_F32(softplus)

double crs__act_tanh_f64(const crs_act *act, double z)
{
    (void)act;
    return tanh(z);
}

/*
 * 1 / cosh(z)^2, with 1 / cosh(z) = 2 e / (1 + e^2). Not 1 - tanh(z)^2: from
 * z = 19.1 on that is 0.
 */
double crs__act_tanh_slope_f64(const crs_act *act, double z)
{
    double e = exp(-fabs(z));
    double sech = 2 * e / (1 + e * e);
    (void)act;
    return sech * sech;
}

CRS__ACT_ROUND_TO_F32(tanh)

/* z sigmoid(z) */
double crs__act_silu_f64(const crs_act *act, double z)
{
    if (isinf(z))
        return z > 0 ? z : 0;
    if (z < CRS__ACT_TAIL)
        return crs__act_times_exp(z, z);
    return z * crs__act_sigmoid_f64(act, z);
}

/* s + z s (1 - s) with s = sigmoid(z); 1 - s is sigmoid(-z) and keeps its digits */
double crs__act_silu_slope_f64(const crs_act *act, double z)
{
    if (isinf(z))
        return z > 0 ? 1 : 0;
    if (z < CRS__ACT_TAIL)
        return crs__act_times_exp(1 + z, z);
    return crs__act_sigmoid_f64(act, z) * (1 + z * crs__act_sigmoid_f64(act, -z));
}

CRS__ACT_ROUND_TO_F32(silu)

/*
 * z tanh(softplus(z)). With e = exp(z), tanh(log(1 + e)) = n / (n + 2) where
 * n = e (e + 2); for z > 0 both halves are divided by e^2.
 */
double crs__act_mish_f64(const crs_act *act, double z)
{
    double e = exp(-fabs(z));
    (void)act;
    if (isinf(z))
        return z > 0 ? z : 0;
    if (z < CRS__ACT_TAIL)
        return crs__act_times_exp(z, z);
    if (z > 0)
        return z * ((1 + 2 * e) / (1 + 2 * e + 2 * e * e));
    return z * (e * (e + 2) / (e * (e + 2) + 2));
}

/*
 * n / (n + 2) + z 4 e (1 + e) / (n + 2)^2: the second part is z times
 * (1 - tanh(softplus(z))^2) sigmoid(z).
 */
double crs__act_mish_slope_f64(const crs_act *act, double z)
{
    double e = exp(-fabs(z)), d;
    (void)act;
    if (isinf(z))
        return z > 0 ? 1 : 0;
    if (z < CRS__ACT_TAIL)
        return crs__act_times_exp(1 + z, z);
    if (z > 0) {
        d = 1 + 2 * e + 2 * e * e;
        return (1 + 2 * e) / d + z * (4 * e * e * (1 + e)) / (d * d);
    }
    d = e * (e + 2) + 2;
    return e * ((e + 2) * d + 4 * z * (1 + e)) / (d * d);
}

CRS__ACT_ROUND_TO_F32(mish)
