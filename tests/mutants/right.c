#include "right.h"
#include "random_inputs.h"

#include <string.h>

static void deepen(setting *s, uint64_t *random)
{
    if (s->n_layers >= 2)
        return;
    s->n_layers = 2;
    s->widths[2] = s->widths[1];
    s->widths[1] = 1 + random_below(random, MAX_WIDTH);
}

/* Hidden layers of these activations only, with kink values between their slopes. */
static void use_acts(setting *s, uint64_t *random, const crs_act_id *ids, size_t n)
{
    static const double slopes[] = {0.01, 0.1, 0.3, 0.5};
    deepen(s, random);
    for (size_t l = 0; l < MAX_LAYERS; l++) {
        crs_act *act = &s->acts[l];
        crs_act_get(ids[random_below(random, n)], act);
        if (act->id == CRS_ACT_LEAKY_RELU)
            act->param = act->kink[0].left = slopes[random_below(random, 4)];
        for (size_t i = 0; i < act->n_kinks; i++) {
            double t = (double)random_below(random, 5) / 4;
            act->kink[i].value = act->kink[i].left + t * (act->kink[i].right - act->kink[i].left);
        }
    }
}

#define USE(...)                                              \
    do {                                                      \
        static const crs_act_id ids[] = {__VA_ARGS__};        \
        use_acts(s, random, ids, sizeof ids / sizeof ids[0]); \
    } while (0)

static void fit_mask_of_output(setting *s, uint64_t *random)
{
    USE(CRS_ACT_RELU, CRS_ACT_LEAKY_RELU);
    s->form = 0;
}

static void fit_output_forms(setting *s, uint64_t *random)
{
    USE(CRS_ACT_SIGMOID, CRS_ACT_TANH, CRS_ACT_SILU, CRS_ACT_ELU);
    s->form = 0;
}

static void fit_exp_forms(setting *s, uint64_t *random)
{
    USE(CRS_ACT_SIGMOID, CRS_ACT_TANH, CRS_ACT_SOFTPLUS, CRS_ACT_GELU, CRS_ACT_GELU_TANH,
        CRS_ACT_SILU, CRS_ACT_MISH, CRS_ACT_ELU, CRS_ACT_SELU);
    s->form = 2;
    s->f32 = 1;
}

static void fit_on_kinks(setting *s, uint64_t *random)
{
    USE(CRS_ACT_RELU, CRS_ACT_LEAKY_RELU, CRS_ACT_RELU6, CRS_ACT_HARDTANH, CRS_ACT_ABS,
        CRS_ACT_HARD_SIGMOID, CRS_ACT_HARD_SWISH);
    s->dyadic = 1;
    s->keep = 0;
    s->batchnorm = 0;
}

static void fit_near_kinks(setting *s, uint64_t *random)
{
    fit_on_kinks(s, random);
    s->nudged = 1;
}

static void fit_wide(setting *s, uint64_t *random)
{
    USE(CRS_ACT_SIGMOID, CRS_ACT_TANH, CRS_ACT_SOFTPLUS, CRS_ACT_GELU, CRS_ACT_GELU_TANH,
        CRS_ACT_SILU, CRS_ACT_MISH, CRS_ACT_HARD_SWISH);
    s->wide = 1;
}

static void fit_mean_at_dw(setting *s, uint64_t *random)
{
    (void)random;
    s->place = MEAN_AT_DW;
}

static void fit_mean_at_dz(setting *s, uint64_t *random)
{
    (void)random;
    s->place = MEAN_AT_DZ;
}

static void fit_mean_at_da(setting *s, uint64_t *random)
{
    (void)random;
    s->place = MEAN_AT_DA;
    s->through_da = 1;
}

/* The cost that is given is the sum, so the gradient is one too. */
static void fit_sums(setting *s, uint64_t *random)
{
    (void)random;
    s->sums = 1;
    s->lambd = 0;
}

static void fit_squared(setting *s, uint64_t *random)
{
    s->out = (output_kind)random_below(random, 4);
    s->cost = COST_SQUARED;
    if (s->out == OUT_SOFTMAX && s->widths[s->n_layers] < 2)
        s->out = OUT_TANH;
    s->without_half = (int)random_below(random, 2);
    s->mean_outputs = (int)random_below(random, 2);
}

/* As fit_sums: np.mean over [n, m], and the gradient of that; its cost is saved. */
static void fit_mean_over_all(setting *s, uint64_t *random)
{
    s->out = random_below(random, 2) == 0 ? OUT_SIGMOID : OUT_SOFTMAX;
    s->cost = s->out == OUT_SIGMOID ? COST_BCE : COST_CE;
    s->without_half = 0;
    s->mean_outputs = 1;
    s->widths[s->n_layers] = 2 + random_below(random, 5);
}

static void fit_batchnorm(setting *s, uint64_t *random)
{
    deepen(s, random);
    s->batchnorm = 1;
    s->keep = 0;
    s->m = 2 + random_below(random, 100);
    s->step = s->step == STEP_ADAM ? STEP_SGD : s->step;
}

static void fit_dropout(setting *s, uint64_t *random)
{
    deepen(s, random);
    s->keep = 0.5 + 0.1 * (double)random_below(random, 5);
    s->batchnorm = 0;
}

static void fit_l2(setting *s, uint64_t *random)
{
    s->lambd = 0.1 + (double)random_below(random, 5);
}

static void fit_float32(setting *s, uint64_t *random)
{
    (void)random;
    s->f32 = 1;
}

static void fit_momentum(setting *s, uint64_t *random)
{
    (void)random;
    s->step = STEP_MOMENTUM;
}

static void fit_adam(setting *s, uint64_t *random)
{
    (void)random;
    s->step = STEP_ADAM;
    s->batchnorm = 0;
}

static void fit_pool(setting *s, uint64_t *random)
{
    s->pool = 1;
    s->dyadic = random_below(random, 4) != 0;
}

static void fit_one_sample(setting *s, uint64_t *random)
{
    (void)random;
    s->m = 1;
    s->batchnorm = 0;
}

static void fit_large(setting *s, uint64_t *random)
{
    s->m = 700 + random_below(random, 301);
}

static void fit_previous(setting *s, uint64_t *random)
{
    (void)random;
    s->previous = 1;
}

static void fit_without_bias(setting *s, uint64_t *random)
{
    (void)random;
    s->without_bias = 1;
}

static void fit_soft_labels(setting *s, uint64_t *random)
{
    s->soft_labels = 1;
    s->out = OUT_SOFTMAX;
    s->cost = COST_CE;
    s->without_half = s->mean_outputs = 0;
    s->stable_cost = 0;
    s->widths[s->n_layers] = 3 + random_below(random, 4);
}

static void fit_one_layer(setting *s, uint64_t *random)
{
    (void)random;
    s->widths[1] = s->widths[s->n_layers];
    s->n_layers = 1;
}

static void fit_classes(setting *s, uint64_t *random)
{
    fit_soft_labels(s, random);
    s->soft_labels = 0;
}

/* ---- how it is saved ---- */

static void save_cost(saving *v, const run *r, uint64_t *random)
{
    (void)r, (void)random;
    v->kept[K_COST][0] = 1;
}

static void save_strangers(saving *v, const run *r, uint64_t *random)
{
    (void)r, (void)random;
    v->strangers = 1;
}

static void save_classes(saving *v, const run *r, uint64_t *random)
{
    (void)r;
    v->y_classes = 1;
    v->y_shape = 1 + (int)random_below(random, 3);
}

static void save_one_hot(saving *v, const run *r, uint64_t *random)
{
    (void)r, (void)random;
    v->y_classes = v->y_shape = 0;
}

static void save_any_bias_shape(saving *v, const run *r, uint64_t *random)
{
    (void)r;
    v->b_shape = (int)random_below(random, 3);
}

static void save_lower(saving *v, const run *r, uint64_t *random)
{
    (void)random;
    if (r->s->keep <= 0 && !r->s->batchnorm && r->s->step == STEP_NONE)
        v->names = NAMES_LOWER;
}

/* PyTorch's Linear: x W^T + b, W [out, in], b (n,), samples along rows. */
static void save_torch(saving *v, const run *r, uint64_t *random)
{
    (void)r;
    v->names = random_below(random, 2) == 0 ? NAMES_TORCH : NAMES_FC;
    v->rows = 1;
    v->w_in_out = 0;
    v->b_shape = 0;
}

/* w.T X + b with w [n_in, n_out], as the course writes logistic regression. */
static void save_turned(saving *v, const run *r, uint64_t *random)
{
    (void)random;
    v->rows = 0;
    v->b_shape = 1;
    v->w_in_out = r->s->widths[0] != r->s->widths[1];
}

static void save_without_z(saving *v, const run *r, uint64_t *random)
{
    (void)r, (void)random;
    memset(v->kept[K_Z], 0, sizeof v->kept[K_Z]);
    memset(v->kept[K_ZN], 0, sizeof v->kept[K_ZN]);
}

static void save_without_moments(saving *v, const run *r, uint64_t *random)
{
    (void)r, (void)random;
    memset(v->kept[K_MU], 0, sizeof v->kept[K_MU]);
    memset(v->kept[K_VAR], 0, sizeof v->kept[K_VAR]);
    memset(v->kept[K_ZHAT], 0, sizeof v->kept[K_ZHAT]);
}

static const right_variant variants[] = {
    {"right", NULL, NULL},
    {"right-mask-of-output", fit_mask_of_output, NULL},
    {"right-output-forms", fit_output_forms, NULL},
    {"right-exp-forms-f32", fit_exp_forms, NULL},
    {"right-on-kinks", fit_on_kinks, NULL},
    {"right-near-kinks", fit_near_kinks, NULL},
    {"right-on-kinks-without-z", fit_on_kinks, save_without_z},
    {"right-wide", fit_wide, NULL},
    {"right-mean-at-dw", fit_mean_at_dw, NULL},
    {"right-mean-at-dz", fit_mean_at_dz, NULL},
    {"right-mean-at-da", fit_mean_at_da, NULL},
    {"right-sums", fit_sums, NULL},
    {"right-squared", fit_squared, NULL},
    {"right-squared-with-cost", fit_squared, save_cost},
    {"right-mean-over-all", fit_mean_over_all, save_cost},
    {"right-batchnorm", fit_batchnorm, NULL},
    {"right-batchnorm-without-moments", fit_batchnorm, save_without_moments},
    {"right-dropout", fit_dropout, NULL},
    {"right-l2", fit_l2, NULL},
    {"right-float32", fit_float32, NULL},
    {"right-momentum", fit_momentum, NULL},
    {"right-adam", fit_adam, NULL},
    {"right-pool", fit_pool, NULL},
    {"right-one-sample", fit_one_sample, NULL},
    {"right-large", fit_large, NULL},
    {"right-previous", fit_previous, NULL},
    {"right-without-bias", fit_without_bias, NULL},
    {"right-soft-labels", fit_soft_labels, save_one_hot},
    {"right-classes", fit_classes, save_classes},
    {"right-one-layer", fit_one_layer, NULL},
    {"right-turned", fit_one_layer, save_turned},
    {"right-strangers", NULL, save_strangers},
    {"right-any-bias-shape", NULL, save_any_bias_shape},
    {"right-lower", NULL, save_lower},
    {"right-torch", NULL, save_torch},
};

const right_variant *right_variant_at(size_t i)
{
    return i < sizeof variants / sizeof variants[0] ? &variants[i] : NULL;
}
