#include "check/gradcheck_branch.h"

#include <math.h>

/* v + d e with e^2 = 0: d is the derivative of v along whatever is differentiated by. */
typedef struct dual {
    double v, d;
} dual;

static dual num(double v)
{
    return (dual){v, 0};
}

static dual add(dual x, dual y)
{
    return (dual){x.v + y.v, x.d + y.d};
}

static dual mul(dual x, dual y)
{
    return (dual){x.v * y.v, x.d * y.v + x.v * y.d};
}

static dual scale(double c, dual x)
{
    return (dual){c * x.v, c * x.d};
}

static dual quotient(dual x, dual y)
{
    double v = x.v / y.v;
    return (dual){v, (x.d - v * y.d) / y.v};
}

static dual dual_exp(dual x)
{
    double v = exp(x.v);
    return (dual){v, v == 0 ? 0 : v * x.d};
}

static dual dual_log1p(dual x)
{
    return (dual){log1p(x.v), x.d / (1 + x.v)};
}

/* erfc' = -2 / sqrt(pi) exp(-x^2) */
static dual dual_erfc(dual x)
{
    return (dual){erfc(x.v), -1.1283791670955125739 * exp(-x.v * x.v) * x.d};
}

/* 1 / (1 + exp(-z)), without an exp that overflows */
static dual sigmoid(dual z)
{
    dual e = dual_exp(z.v < 0 ? z : scale(-1, z));
    return quotient(z.v < 0 ? e : num(1), add(num(1), e));
}

/* tanh(z) = 2 sigmoid(2 z) - 1 */
static dual tanh_of(dual z)
{
    return add(scale(2, sigmoid(scale(2, z))), num(-1));
}

/* log(1 + exp(z)) */
static dual softplus(dual z)
{
    if (z.v > 0)
        return add(z, dual_log1p(dual_exp(scale(-1, z))));
    return dual_log1p(dual_exp(z));
}

/* z (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (z + 0.044715 z^3), as z sigmoid(2 u) */
static dual gelu_tanh(dual z)
{
    dual cube = mul(z, mul(z, z));
    return mul(z, sigmoid(scale(2 * 0.79788456080286535588, add(z, scale(0.044715, cube)))));
}

/* z tanh(log(1 + e^z)) = z n / (n + 2), n = e^z (e^z + 2); both halves over e^2z for z > 0 */
static dual mish(dual z)
{
    dual e = dual_exp(z.v > 0 ? scale(-1, z) : z), n;
    if (z.v > 0)
        n = add(num(1), scale(2, e));
    else
        n = mul(e, add(e, num(2)));
    return mul(z, quotient(n, add(n, z.v > 0 ? scale(2, mul(e, e)) : num(2))));
}

static dual exp_minus_1(double factor, dual z)
{
    return scale(factor, add(dual_exp(z), num(-1)));
}

/* Piece `piece` of g; smooth rows have one, and find their own way to avoid overflow. */
static dual piece_of(const crs_act *act, double param, size_t piece, dual z)
{
    static const double lambda = 1.0507009873554804934, alpha = 1.6732632423543772848;
    int right = act->n_kinks > 0 ? piece > 0 : z.v >= 0;
    switch (act->id) {
    case CRS_ACT_LINEAR:
        return z;
    case CRS_ACT_RELU:
        return right ? z : num(0);
    case CRS_ACT_LEAKY_RELU:
        return right ? z : scale(param, z);
    case CRS_ACT_RELU6:
        return piece == 0 ? num(0) : piece == 1 ? z : num(6);
    case CRS_ACT_HARDTANH:
        return piece == 0 ? num(-1) : piece == 1 ? z : num(1);
    case CRS_ACT_ABS:
        return right ? z : scale(-1, z);
    case CRS_ACT_HARD_SIGMOID:
        return piece == 0 ? num(0) : piece == 1 ? quotient(add(z, num(3)), num(6)) : num(1);
    case CRS_ACT_HARD_SWISH:
        return piece == 0 ? num(0) : piece == 1 ? quotient(mul(z, add(z, num(3))), num(6)) : z;
    case CRS_ACT_ELU:
        return right ? z : exp_minus_1(param, z);
    case CRS_ACT_SELU:
        return right ? scale(lambda, z) : exp_minus_1(lambda * alpha, z);
    case CRS_ACT_SOFTPLUS:
        return softplus(z);
    case CRS_ACT_SIGMOID:
        return sigmoid(z);
    case CRS_ACT_TANH:
        return tanh_of(z);
    case CRS_ACT_GELU:
        return mul(z, scale(0.5, dual_erfc(scale(-0.70710678118654752440, z))));
    case CRS_ACT_GELU_TANH:
        return gelu_tanh(z);
    case CRS_ACT_SILU:
        return mul(z, sigmoid(z));
    case CRS_ACT_MISH:
        return mish(z);
    case CRS_ACT_COUNT:
        break;
    }
    return num(NAN);
}

const crs_kink *crs__branch_kink(const crs_act *act, double z)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        if (act->kink[k].z == z)
            return &act->kink[k];
    }
    return NULL;
}

size_t crs__branch_piece(const crs_act *act, double z, int side)
{
    size_t piece = 0;
    while (piece < act->n_kinks &&
           (act->kink[piece].z < z || (act->kink[piece].z == z && side >= 0)))
        piece++;
    return piece;
}

double crs__branch_slope(const crs_act *act, crs_dtype dtype, size_t piece, double z)
{
    double param = act->param;
    if (act->id == CRS_ACT_LEAKY_RELU && dtype == CRS_F32)
        param = (double)(float)param;
    return piece_of(act, param, piece, (dual){z, 1}).d;
}

/* -log of the share of the true class: log sum exp(z_i - z_true), seeded at j */
static dual softmax_cost(size_t n, const double *z, const double *y, size_t j)
{
    double most = z[0];
    dual sum = num(0), truth = num(0);
    for (size_t i = 1; i < n; i++)
        most = z[i] > most ? z[i] : most;
    for (size_t i = 0; i < n; i++) {
        dual x = {z[i] - most, i == j};
        sum = add(sum, dual_exp(x));
        if (y[i] != 0)
            truth = add(truth, scale(y[i], x));
    }
    return (dual){log(sum.v) - truth.v, sum.d / sum.v - truth.d};
}

static dual cost_of(crs_loss loss, size_t n, const double *z, const double *y, size_t j)
{
    dual sum = num(0);
    if (loss == CRS_LOSS_SOFTMAX)
        return softmax_cost(n, z, y, j);
    for (size_t i = 0; i < n; i++) {
        dual x = {z[i], i == j}, error;
        if (loss == CRS_LOSS_BCE) {
            /* -y log s(x) - (1 - y) log(1 - s(x)) = softplus(x) - y x; for x > 0 the two x
               are taken together first, so that y = 1 leaves no difference of large numbers */
            double factor = x.v > 0 ? 1 - y[i] : -y[i];
            sum = add(sum, softplus(x.v > 0 ? scale(-1, x) : x));
            if (factor != 0)
                sum = add(sum, scale(factor, x));
        } else {
            error = add(x, num(-y[i]));
            sum = add(sum, scale(0.5, mul(error, error)));
        }
    }
    return sum;
}

double crs__branch_cost_slope(crs_loss loss, size_t n, const double *z, const double *y, size_t j)
{
    return cost_of(loss, n, z, y, j).d;
}

double crs__branch_cost(crs_loss loss, size_t n, const double *z, const double *y)
{
    return cost_of(loss, n, z, y, n).v;
}
