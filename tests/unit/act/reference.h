/*
 * Every g and g' with MPFR, as a textbook has them: what tests hold fast or bounded
 * versions to. For a test's one file; needs MPFR.
 */
#ifndef TESTS_ACT_REFERENCE_H
#define TESTS_ACT_REFERENCE_H

#include <crease/act.h>

#include <mpfr.h>

/*
 * Bits of the reference. The exact results need 53, near a zero of g' about as many
 * again cancel, and z = 2^-1074 next to 1 is not needed to more than that.
 */
#define PRECISION 192

/* ---- the reference: formulas as a textbook has them ---- */

/* Scratch numbers of one reference evaluation; s = sigmoid(z) where filled. */
typedef struct work {
    mpfr_t z, s, t, u, v, param;
} work;

static void work_init(work *w)
{
    mpfr_inits2(PRECISION, w->z, w->s, w->t, w->u, w->v, w->param, (mpfr_ptr)NULL);
}

static void work_clear(work *w)
{
    mpfr_clears(w->z, w->s, w->t, w->u, w->v, w->param, (mpfr_ptr)NULL);
}

#define NEAR MPFR_RNDN

/* y = 1 / (1 + exp(-x)) */
static void ref_sigmoid_of(mpfr_t y, const mpfr_t x)
{
    mpfr_neg(y, x, NEAR);
    mpfr_exp(y, y, NEAR);
    mpfr_add_ui(y, y, 1, NEAR);
    mpfr_ui_div(y, 1, y, NEAR);
}

/*
 * f = g(z), df = g'(z) from w->z and w->param, which are left as they are. z is
 * finite and no kink.
 */
typedef void reference(work *w, mpfr_t f, mpfr_t df);

static void ref_linear(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set(f, w->z, NEAR);
    mpfr_set_ui(df, 1, NEAR);
}

/* lo below z = a, hi above z = b, in between left alone with slope 1 */
static void ref_clamp(work *w, mpfr_t f, mpfr_t df, long lo, long hi)
{
    int inside = mpfr_cmp_si(w->z, lo) > 0 && mpfr_cmp_si(w->z, hi) < 0;
    mpfr_set(f, w->z, NEAR);
    if (mpfr_cmp_si(f, lo) < 0)
        mpfr_set_si(f, lo, NEAR);
    if (mpfr_cmp_si(f, hi) > 0)
        mpfr_set_si(f, hi, NEAR);
    mpfr_set_si(df, inside, NEAR);
}

static void ref_relu6(work *w, mpfr_t f, mpfr_t df)
{
    ref_clamp(w, f, df, 0, 6);
}

static void ref_hardtanh(work *w, mpfr_t f, mpfr_t df)
{
    ref_clamp(w, f, df, -1, 1);
}

static void ref_relu(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set_ui(f, 0, NEAR);
    mpfr_max(f, f, w->z, NEAR);
    mpfr_set_si(df, mpfr_sgn(w->z) > 0, NEAR);
}

static void ref_leaky_relu(work *w, mpfr_t f, mpfr_t df)
{
    if (mpfr_sgn(w->z) > 0) {
        ref_linear(w, f, df);
    } else {
        mpfr_mul(f, w->param, w->z, NEAR);
        mpfr_set(df, w->param, NEAR);
    }
}

static void ref_abs(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_abs(f, w->z, NEAR);
    mpfr_set_si(df, mpfr_sgn(w->z) < 0 ? -1 : 1, NEAR);
}

static void ref_hard_sigmoid(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_div_ui(w->t, w->z, 3, NEAR);
    mpfr_swap(w->t, w->z);
    ref_clamp(w, f, df, -1, 1);
    mpfr_swap(w->t, w->z);
    mpfr_add_ui(f, f, 1, NEAR);
    mpfr_div_ui(f, f, 2, NEAR);
    mpfr_div_ui(df, df, 6, NEAR);
}

/* by the product rule */
static void ref_hard_swish(work *w, mpfr_t f, mpfr_t df)
{
    ref_hard_sigmoid(w, f, df);
    mpfr_mul(df, df, w->z, NEAR);
    mpfr_add(df, df, f, NEAR);
    mpfr_mul(f, f, w->z, NEAR);
}

static void ref_elu(work *w, mpfr_t f, mpfr_t df)
{
    if (mpfr_sgn(w->z) > 0) {
        ref_linear(w, f, df);
    } else {
        mpfr_expm1(f, w->z, NEAR);
        mpfr_mul(f, f, w->param, NEAR);
        mpfr_exp(df, w->z, NEAR);
        mpfr_mul(df, df, w->param, NEAR);
    }
}

/* lambda * elu(z, alpha), constants as the paper's authors publish them */
static void ref_selu(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set_str(w->param, "1.6732632423543772848170429916717", 10, NEAR);
    ref_elu(w, f, df);
    mpfr_set_str(w->t, "1.0507009873554804934193349852946", 10, NEAR);
    mpfr_mul(f, f, w->t, NEAR);
    mpfr_mul(df, df, w->t, NEAR);
}

static void ref_softplus(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_neg(f, w->z, NEAR);
    mpfr_exp(f, f, NEAR);
    mpfr_log1p(f, f, NEAR);
    mpfr_add(f, f, w->z, NEAR); /* z + log(1 + exp(-z)), right for z > 0 */
    if (mpfr_sgn(w->z) < 0) {
        mpfr_exp(f, w->z, NEAR);
        mpfr_log1p(f, f, NEAR);
    }
    ref_sigmoid_of(df, w->z);
}

/* s (1 - s), with 1 - s = sigmoid(-z) */
static void ref_sigmoid(work *w, mpfr_t f, mpfr_t df)
{
    ref_sigmoid_of(f, w->z);
    mpfr_neg(w->t, w->z, NEAR);
    ref_sigmoid_of(df, w->t);
    mpfr_mul(df, df, f, NEAR);
}

static void ref_tanh(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_tanh(f, w->z, NEAR);
    mpfr_sech(df, w->z, NEAR);
    mpfr_sqr(df, df, NEAR);
}

/* Phi(z) + z exp(-z^2 / 2) / sqrt(2 pi) */
static void ref_gelu(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set_ui(w->t, 2, NEAR);
    mpfr_sqrt(w->t, w->t, NEAR);
    mpfr_div(w->t, w->z, w->t, NEAR);
    mpfr_neg(w->t, w->t, NEAR);
    mpfr_erfc(w->u, w->t, NEAR);
    mpfr_div_ui(w->u, w->u, 2, NEAR); /* Phi */
    mpfr_mul(f, w->z, w->u, NEAR);

    mpfr_sqr(w->t, w->z, NEAR);
    mpfr_div_si(w->t, w->t, -2, NEAR);
    mpfr_exp(w->t, w->t, NEAR);
    mpfr_mul(w->t, w->t, w->z, NEAR);
    mpfr_const_pi(w->v, NEAR);
    mpfr_mul_ui(w->v, w->v, 2, NEAR);
    mpfr_sqrt(w->v, w->v, NEAR);
    mpfr_div(w->t, w->t, w->v, NEAR);
    mpfr_add(df, w->u, w->t, NEAR);
}

/* f = z s, df = s + z s (1 - s) v' for s = sigmoid(v) */
static void ref_gate(work *w, mpfr_t f, mpfr_t df, const mpfr_t v, const mpfr_t dv)
{
    ref_sigmoid_of(w->s, v);
    mpfr_neg(df, v, NEAR);
    ref_sigmoid_of(df, df);
    mpfr_mul(f, w->z, w->s, NEAR);
    mpfr_mul(df, df, f, NEAR);
    if (mpfr_zero_p(df)) /* sigmoid(-v) underflowed: the rest, however large, cannot matter */
        mpfr_set(df, w->s, NEAR);
    else {
        mpfr_mul(df, df, dv, NEAR);
        mpfr_add(df, df, w->s, NEAR);
    }
}

static void ref_silu(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set_ui(w->u, 1, NEAR);
    ref_gate(w, f, df, w->z, w->u);
}

/* (1 + tanh(x)) / 2 is sigmoid(2 x) */
static void ref_gelu_tanh(work *w, mpfr_t f, mpfr_t df)
{
    mpfr_set_str(w->s, "0.044715", 10, NEAR);
    mpfr_sqr(w->t, w->z, NEAR);
    mpfr_mul(w->t, w->t, w->s, NEAR); /* 0.044715 z^2 */
    mpfr_mul_ui(w->u, w->t, 3, NEAR);
    mpfr_add_ui(w->u, w->u, 1, NEAR);
    mpfr_add_ui(w->t, w->t, 1, NEAR);
    mpfr_mul(w->t, w->t, w->z, NEAR);
    mpfr_const_pi(w->v, NEAR); /* 2 sqrt(2 / pi) */
    mpfr_ui_div(w->v, 8, w->v, NEAR);
    mpfr_sqrt(w->v, w->v, NEAR);
    mpfr_mul(w->t, w->t, w->v, NEAR);
    mpfr_mul(w->u, w->u, w->v, NEAR);
    ref_gate(w, f, df, w->t, w->u);
}

/* w + z (1 - w^2) sigmoid(z) with w = tanh(softplus(z)) */
static void ref_mish(work *w, mpfr_t f, mpfr_t df)
{
    ref_softplus(w, w->t, w->s);
    mpfr_tanh(w->u, w->t, NEAR);
    mpfr_mul(f, w->z, w->u, NEAR);
    mpfr_sech(df, w->t, NEAR);
    mpfr_sqr(df, df, NEAR);
    mpfr_mul(df, df, w->z, NEAR);
    mpfr_mul(df, df, w->s, NEAR);
    mpfr_add(df, df, w->u, NEAR);
}

static reference *const references[CRS_ACT_COUNT] = {
    [CRS_ACT_LINEAR] = ref_linear,
    [CRS_ACT_RELU] = ref_relu,
    [CRS_ACT_LEAKY_RELU] = ref_leaky_relu,
    [CRS_ACT_RELU6] = ref_relu6,
    [CRS_ACT_HARDTANH] = ref_hardtanh,
    [CRS_ACT_ABS] = ref_abs,
    [CRS_ACT_HARD_SIGMOID] = ref_hard_sigmoid,
    [CRS_ACT_HARD_SWISH] = ref_hard_swish,
    [CRS_ACT_ELU] = ref_elu,
    [CRS_ACT_SELU] = ref_selu,
    [CRS_ACT_SOFTPLUS] = ref_softplus,
    [CRS_ACT_SIGMOID] = ref_sigmoid,
    [CRS_ACT_TANH] = ref_tanh,
    [CRS_ACT_GELU] = ref_gelu,
    [CRS_ACT_GELU_TANH] = ref_gelu_tanh,
    [CRS_ACT_SILU] = ref_silu,
    [CRS_ACT_MISH] = ref_mish,
};

#endif
