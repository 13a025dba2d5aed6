#include "check/diagnose/hypotheses.h"

#include <math.h>
#include <string.h>

/* The list that grows. */
typedef struct list {
    crs__hypothesis *item;
    size_t n;
    crs_status status; /* CRS_ENOMEM: what the data say could not be found out */
} list;

static void put(list *to, crs__slip slip, size_t arg, double value, const char *id)
{
    if (to->n == CRS__HYPOTHESES)
        return;
    to->item[to->n].variant.slip = slip;
    to->item[to->n].variant.arg = arg;
    to->item[to->n].variant.value = value;
    to->item[to->n].id = id;
    to->n++;
}

static void put_plain(list *to, crs__slip slip, const char *id)
{
    put(to, slip, 0, 0, id);
}

crs_status crs__right(const crs__case *c, crs__ref ref, crs__mat *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    return crs__compute(c, ref, &right, out);
}

/* ---- factors ---- */

/* k where every element is k times the right one, 3 ... 64; else 0. */
static size_t multiple_of(const crs__case *c, crs__ref ref, list *to)
{
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    double largest = 0, ratio = 0;
    crs__mat right;
    crs_status status = CRS_ENOENT;
    if (node->source != NULL && !node->odd)
        status = crs__right(c, ref, &right);
    if (status == CRS_ENOMEM)
        to->status = status;
    if (status != CRS_OK)
        return 0;
    for (size_t i = 0; right.cols == node->given.cols && i < right.rows * right.cols; i++) {
        if (fabs(right.v[i]) > largest) {
            largest = fabs(right.v[i]);
            ratio = node->given.v[i] / right.v[i];
        }
    }
    crs__mat_release(&right);
    ratio = round(ratio);
    return ratio >= 3 && ratio <= 16 ? (size_t)ratio : 0; /* m times is m-missing, listed first */
}

static void put_factors(const crs__case *c, crs__ref ref, list *to)
{
    int parameter = ref.kind == CRS__DW || ref.kind == CRS__DB;
    size_t multiple = parameter ? multiple_of(c, ref, to) : 0;
    put_plain(to, CRS__SIGN, "gradient-sign");
    if (c->m > 1) {
        put_plain(to, CRS__TIMES_M, "m-missing");
        put_plain(to, CRS__OVER_M, "m-twice");
    }
    put_plain(to, CRS__TWO, "factor-two");
    put_plain(to, CRS__HALF, "factor-two");
    put_plain(to, CRS__ZERO, "integer-division");
    if (parameter) {
        put(to, CRS__MULTIPLE, 2, 0, "gradient-accumulated");
        put_plain(to, CRS__PLUS_PREV, "gradient-accumulated");
        if (multiple > 0)
            put(to, CRS__MULTIPLE, multiple, 0, "gradient-accumulated");
    }
}

/* ---- forward ---- */

static void put_forward(const crs__case *c, crs__ref ref, list *to)
{
    int given = crs__is_given(c, ref.kind, ref.layer);
    if (ref.kind == CRS__Z) {
        if (given)
            put_plain(to, CRS__Z_IS_A, "z-overwritten");
        put_plain(to, CRS__WEIGHT_TRANSPOSED, "transposed-weight");
        for (size_t k = 1; k <= c->n_layers; k++) {
            if (k != ref.layer)
                put(to, CRS__WEIGHT_OF, k, 0, "weight-of-wrong-layer");
        }
        for (size_t k = 0; k <= c->n_layers; k++) {
            if (k != ref.layer - 1)
                put(to, CRS__INPUT_OF, k, 0, "input-of-wrong-layer");
        }
        if (given) {
            put_plain(to, CRS__INPUT_IS_Z, NULL);
            put_plain(to, CRS__NO_BIAS, NULL);
        }
    } else if (ref.kind == CRS__A && ref.layer == c->n_layers) {
        put_plain(to, CRS__SOFTMAX_AXIS, "softmax-wrong-axis");
        put_plain(to, CRS__SOFTMAX_TWICE, "softmax-twice");
    } else if (ref.kind == CRS__COST) {
        put_plain(to, CRS__SOFTMAX_TWICE, "softmax-twice");
        put_plain(to, CRS__BROADCAST, "shape-broadcast");
        put_plain(to, CRS__SHUFFLED, "labels-permuted");
    }
}

/* ---- the output ---- */

static void put_output(const crs__case *c, crs__ref ref, list *to)
{
    static const crs_cost costs[] = {CRS_COST_BCE, CRS_COST_CE, CRS_COST_SQUARED};
    put(to, CRS__TIMES_SLOPE, 0, 1, "output-derivative-extra");
    put(to, CRS__TIMES_SLOPE, 0, 2, "output-derivative-extra");
    put(to, CRS__WITHOUT_SLOPE, 0, 1, "output-derivative-missing");
    put(to, CRS__WITHOUT_SLOPE, 0, 0.5, "output-derivative-missing");
    put(to, CRS__WITHOUT_SLOPE, 0, 2, "output-derivative-missing");
    if (ref.kind == CRS__DZ)
        put_plain(to, CRS__SLOPE_ONE,
                  c->ways.cost == CRS_COST_SQUARED ? "output-derivative-missing"
                                                   : "activation-missing");
    put_factors(c, ref, to);
    put_plain(to, CRS__SOFTMAX_DIAGONAL, "softmax-diagonal-only");
    put_plain(to, CRS__SOFTMAX_TWICE, "softmax-twice");
    put_plain(to, CRS__SOFTMAX_TWICE_FULL, "softmax-twice");
    put_plain(to, CRS__BROADCAST, "shape-broadcast");
    put_plain(to, CRS__BROADCAST_SUM, "shape-broadcast");
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        put(to, CRS__OTHER_LOSS, costs[i], 1, "loss-mismatch");
        put(to, CRS__OTHER_LOSS, costs[i], 2, "loss-mismatch");
        put(to, CRS__OTHER_LOSS, costs[i], 0.5, "loss-mismatch");
    }
    put_plain(to, CRS__ABSOLUTE_LOSS, "loss-mismatch");
    put_plain(to, CRS__SHUFFLED, "labels-permuted");
}

/* ---- the derivative of an activation ---- */

/* given / dA at element i; NaN where dA is 0 */
static double ratio_at(const crs__mat *given, const crs__mat *da, size_t i)
{
    return da->v[i] != 0 ? given->v[i] / da->v[i] : NAN;
}

/* Is g off below 0, with an output that A >= 0 is true of everywhere? */
static int is_rectifier(crs_act_id id)
{
    return id == CRS_ACT_RELU || id == CRS_ACT_RELU6;
}

/* Values that only the data can tell: a constant at the kink, a slope on the left, a floor. */
static void put_fitted(const crs__case *c, crs__ref ref, list *to)
{
    const crs_act *act = &c->acts[ref.layer];
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    const crs__mat *da = crs__get(c, CRS__DA, ref.layer);
    const crs__mat *z = crs__get(c, crs__preactivation(c, ref.layer), ref.layer);
    double least_slope = INFINITY, floor_value = NAN, left = NAN, lowest = 0, at_kink = NAN;
    if (node->source == NULL || node->odd || da == NULL || z == NULL || da->rows != z->rows ||
        da->cols != z->cols || node->given.rows != z->rows || node->given.cols != z->cols)
        return;
    for (size_t i = 0; i < z->rows * z->cols; i++) {
        double ratio = ratio_at(&node->given, da, i), slope = crs_act_slope_f64(act, z->v[i]);
        for (size_t k = 0; k < act->n_kinks; k++) {
            if (z->v[i] == act->kink[k].z)
                at_kink = node->given.v[i];
        }
        if (isnan(ratio))
            continue;
        if (z->v[i] < lowest) {
            lowest = z->v[i];
            left = ratio;
        }
        if (slope < least_slope) {
            least_slope = slope;
            floor_value = ratio;
        }
    }
    if (!isnan(at_kink))
        put(to, CRS__REPLACED_KINK, 0, at_kink, "upstream-replaced-at-kink");
    if (floor_value > 0 && floor_value < 1)
        put(to, CRS__CLAMPED, 0, floor_value, "derivative-clamped");
    if (isfinite(left))
        put(to, CRS__SLOPE_LEFT, 0, left, "leaky-slope-forgotten");
}

static void put_derivative(const crs__case *c, crs__ref ref, list *to)
{
    const crs_act *act = &c->acts[ref.layer];
    int leaky = act->id == CRS_ACT_LEAKY_RELU;
    if (c->z_overwritten[ref.layer]) { /* g' of what stands there: Z >= 0 is A >= 0 then */
        put(to, CRS__OTHER_ROUTE, 0, 0, "z-overwritten");
        put(to, CRS__OTHER_ROUTE, 0, 1, "z-overwritten"); /* with the usual value at kinks */
        put_plain(to, CRS__SLOPE_ONE, "z-overwritten");
    }
    put_plain(to, CRS__SLOPE_ONE,
              is_rectifier(act->id)      ? "mask-always-true"
              : leaky && act->param == 0 ? "leaky-slope0-output-test"
              : leaky                    ? "leaky-slope-forgotten"
                                         : "activation-missing");
    if (act->id == CRS_ACT_RELU)
        put_plain(to, CRS__SLOPE_ONE, "leaky-slope0-output-test");
    if (leaky)
        put(to, CRS__SLOPE_LEFT, 0, 0, "leaky-slope-forgotten");
    put(to, CRS__REPLACED, 0, 1, "upstream-replaced");
    put_plain(to, CRS__REPLACED_ACTIVE, "upstream-replaced");
    if (!crs__is_given(c, ref.kind, ref.layer) && c->m > 1) { /* where 1 / m stands is not told */
        put(to, CRS__REPLACED, 0, (double)c->m, "upstream-replaced");
        put(to, CRS__REPLACED, 0, 1 / (double)c->m, "upstream-replaced");
    }
    put_plain(to, CRS__INVERTED, "mask-inverted");
    for (size_t k = 1; k <= c->n_layers; k++) { /* that layer's g', or this one's at its z */
        put(to, CRS__SLOPE_OF, k, 0, "mask-wrong-layer");
        put(to, CRS__SLOPE_OF, k, 1, "mask-wrong-layer");
    }
    put_plain(to, CRS__SLOPE_OF_INPUT, "mask-of-input");
    put_plain(to, CRS__SIGMOID_OF_A, "sigmoid-derivative-in-relu-layer");
    put_plain(to, CRS__SIGMOID_OF_Z, "sigmoid-derivative-in-relu-layer");
    put_plain(to, CRS__Z_TIMES_1_MINUS_Z, "sigmoid-prime-of-z");
    put_plain(to, CRS__ONE_MINUS_Z_2, "tanh-prime-of-z");
    put_plain(to, CRS__SLOPE_AT_A, "derivative-of-a");
    put_plain(to, CRS__MATRIX_PRODUCT, "matrix-product-for-elementwise");
    put_plain(to, CRS__MATRIX_PRODUCT_LEFT, "matrix-product-for-elementwise");
    if (crs__is_given(c, CRS__D, ref.layer)) {
        put_plain(to, CRS__MASK_MISSING, "dropout-mask-missing");
        put_plain(to, CRS__SCALE_MISSING, "dropout-scale-missing");
    }
    put_fitted(c, ref, to);
    put_factors(c, ref, to);
}

/* ---- the rest of backward ---- */

static void put_da(const crs__case *c, crs__ref ref, list *to)
{
    put_plain(to, CRS__WEIGHT_TRANSPOSED, "transposed-weight");
    put_plain(to, CRS__W_UPDATED, "update-before-propagate");
    put_plain(to, CRS__DW_FOR_W, "weight-of-wrong-layer");
    for (size_t k = 1; k <= c->n_layers; k++)
        put(to, CRS__WEIGHT_OF, k, 0, "weight-of-wrong-layer");
    put_plain(to, CRS__MASK_MISSING, "dropout-mask-missing");
    put_plain(to, CRS__SCALE_MISSING, "dropout-scale-missing");
    put_factors(c, ref, to);
}

static void put_dw(const crs__case *c, crs__ref ref, list *to)
{
    put_plain(to, CRS__L2_MISSING, "l2-missing");
    put_plain(to, CRS__L2_NOT_AVERAGED, "l2-not-averaged");
    put_plain(to, CRS__L2_SIGN, "l2-sign");
    for (size_t k = 0; k <= c->n_layers; k++) {
        if (k != ref.layer - 1)
            put(to, CRS__INPUT_OF, k, 0, "input-of-wrong-layer");
    }
    put_factors(c, ref, to);
    put_plain(to, CRS__INPUT_IS_Z, NULL);
}

/* The sample whose column db is, with one of the usual factors. */
static void put_column(const crs__case *c, crs__ref ref, list *to)
{
    const crs__node *node = &c->nodes[CRS__DB][ref.layer];
    const crs__mat *dz = crs__get(c, CRS__DZ, ref.layer);
    double share = c->ways.kappa / (c->ways.is_sum ? 1 : (double)c->m) / c->ways.dz_factor;
    double factors[3] = {share, 1, 1 / (double)c->m};
    size_t unit = 0;
    if (node->source == NULL || node->odd || dz == NULL || dz->rows != node->given.rows)
        return;
    for (size_t i = 0; i < dz->rows; i++)
        unit = fabs(node->given.v[i]) > fabs(node->given.v[unit]) ? i : unit;
    for (size_t f = 0; f < 3; f++) {
        for (size_t j = 0; j < dz->cols; j++) {
            double want = node->given.v[unit], v = factors[f] * dz->v[unit * dz->cols + j];
            if (fabs(v - want) <= 1e2 * c->u * fabs(want))
                put(to, CRS__BIAS_COLUMN, j, factors[f], "bias-not-summed");
        }
    }
}

static void put_db(const crs__case *c, crs__ref ref, list *to)
{
    put_plain(to, CRS__BIAS_REGULARISED, "bias-regularised");
    put_plain(to, CRS__BIAS_REGULARISED_WHOLE, "bias-regularised");
    if (c->m > 1) {
        put_plain(to, CRS__TIMES_M, "bias-mean");
        put_plain(to, CRS__OVER_M, "bias-mean");
    }
    put_plain(to, CRS__BIAS_AXIS, "bias-wrong-axis");
    put_factors(c, ref, to);
    put_column(c, ref, to);
}

static void put_batchnorm(const crs__case *c, crs__ref ref, list *to)
{
    put_plain(to, CRS__GAMMA_MISSING, "batchnorm-gamma-missing");
    put_plain(to, CRS__MEAN_TERM, "batchnorm-mean-term");
    put_plain(to, CRS__VAR_TERM, "batchnorm-var-term");
    put_factors(c, ref, to);
}

static void put_step(list *to)
{
    put_plain(to, CRS__ADAM_UNCORRECTED, "adam-bias-correction");
    put_plain(to, CRS__ADAM_MULTIPLIED, "adam-bias-correction");
    put_plain(to, CRS__MOMENTUM_SIGN, "momentum-sign");
    put_plain(to, CRS__MOMENTUM_TWICE, "momentum-sign");
    put_plain(to, CRS__STEP_SIGN, "step-sign");
}

crs_status crs__hypotheses(const crs__case *c, crs__ref ref, crs__hypothesis *out, size_t *n)
{
    list to = {out, 0, CRS_OK};
    size_t l = ref.layer;
    switch (ref.kind) {
    case CRS__Z:
    case CRS__A:
    case CRS__COST:
        put_forward(c, ref, &to);
        break;
    case CRS__DA:
        if (l == c->n_layers)
            put_output(c, ref, &to);
        else
            put_da(c, ref, &to);
        break;
    case CRS__DZ:
    case CRS__DZN:
        if (c->has_bn[l] && ref.kind == CRS__DZ)
            put_batchnorm(c, ref, &to);
        else if (l == c->n_layers && c->has_output)
            put_output(c, ref, &to);
        else
            put_derivative(c, ref, &to);
        break;
    case CRS__DW:
        put_dw(c, ref, &to);
        break;
    case CRS__DB:
        put_db(c, ref, &to);
        break;
    case CRS__DGAMMA:
    case CRS__DBETA:
        put_factors(c, ref, &to);
        break;
    case CRS__VW:
    case CRS__VB:
        put_plain(&to, CRS__MOMENTUM_SIGN, "momentum-sign");
        break;
    case CRS__W_NEW:
    case CRS__B_NEW:
        put_step(&to);
        break;
    default:
        break;
    }
    *n = to.n;
    return to.status;
}
