/* Options of layers and losses: their text, their ranges, and what they do to a pass. */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/memory.h"
#include "net/net.h"
#include "net/small.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 23;

static crs_act act_of(const char *text)
{
    crs_act act;
    assert_int_equal(crs_act_parse(text, NULL, &act), CRS_OK);
    return act;
}

/* ---- text -------------------------------------------------------------------------------------- */

static void test_layers_parse__reads_all_parts(void **unused)
{
    crs_act relu = act_of("relu");
    crs_layers *layers = malloc(sizeof *layers);
    (void)unused;
    assert_non_null(layers);
    assert_int_equal(crs_layers_parse("512:leaky_relu:0.1@0.5+bn+drop=0.2,512+skip,256:tanh,"
                                      "512:elu:5e-1@1e+0+skip=3+drop=2e-1,10",
                                      &relu, NULL, layers),
                     CRS_OK);
    assert_int_equal(layers->n_layers, 5);
    assert_int_equal(layers->widths[0], 0);
    assert_int_equal(layers->widths[1], 512);
    assert_int_equal(layers->widths[3], 256);
    assert_int_equal(layers->widths[5], 10);
    assert_int_equal(layers->acts[0].id, CRS_ACT_LEAKY_RELU);
    assert_true(layers->acts[0].param == 0.1 && layers->acts[0].kink[0].value == 0.5);
    assert_true(layers->options[0].batchnorm && layers->options[0].dropout == 0.2);
    assert_int_equal(layers->options[0].skip, 0);
    assert_int_equal(layers->acts[1].id, CRS_ACT_RELU);
    assert_int_equal(layers->options[1].skip, 1);
    assert_int_equal(layers->acts[2].id, CRS_ACT_TANH);
    assert_true(layers->acts[3].param == 0.5 && layers->options[3].dropout == 0.2);
    assert_int_equal(layers->options[3].skip, 3);
    assert_int_equal(crs_layers_parse("1", &relu, NULL, layers), CRS_OK);
    assert_int_equal(layers->n_layers, 1);
    free(layers);
}

static void test_layers_parse__errors(void **unused)
{
    static const struct {
        const char *text;
        crs_status status;
        size_t column;
        const char *part;
    } bad[] = {
        {"", CRS_EPARSE, 1, "layer 1"},
        {"0,10", CRS_EPARSE, 1, "number of units"},
        {"-5,10", CRS_EPARSE, 1, "number of units"},
        {"5,,10", CRS_EPARSE, 3, "layer 2"},
        {"5,10,", CRS_EPARSE, 6, "layer 3"},
        {"99999999999999999999,1", CRS_EPARSE, 1, "number of units"},
        {"5:rely,10", CRS_ENOENT, 0, "relu"},
        {"5:,10", CRS_ENOENT, 0, "activation"},
        {"5:leaky_relu:x,10", CRS_EPARSE, 14, "leaky_relu"},
        {"5 relu,10", CRS_EPARSE, 2, "expected ':'"},
        {"5:relu@,10", CRS_EPARSE, 7, "kinks"},
        {"5:relu@x,10", CRS_EPARSE, 7, "kinks"},
        {"5:tanh@1,10", CRS_EINVAL, 7, "no kinks"},
        {"5+bm,10", CRS_ENOENT, 2, "+bn"},
        {"5+bn=1,10", CRS_ENOENT, 2, "+bn"},
        {"5+,10", CRS_ENOENT, 2, "+bn"},
        {"5+drop,10", CRS_EPARSE, 2, "+drop=0.2"},
        {"5+drop=x,10", CRS_EPARSE, 2, "+drop=0.2"},
        {"5+drop=0.1x,10", CRS_EPARSE, 2, "+drop=0.2"},
        {"5+drop=1,10", CRS_EINVAL, 0, "less than 1"},
        {"5+drop=-0.1,10", CRS_EINVAL, 0, "0 or more"},
        {"5+skip=0,10", CRS_EPARSE, 2, "+skip=2"},
        {"5+skip=2x,10", CRS_EPARSE, 9, "'+'"},
        {"5+skip=2,10", CRS_EINVAL, 0, "only 1"},
        {"5,10:relu", CRS_EPARSE, 5, "output"},
        {"5,10+bn", CRS_EPARSE, 5, "output"},
        {"5:relu\nx,10", CRS_ENOENT, 0, "relu"},
    };
    crs_act relu = act_of("relu");
    crs_layers *layers = malloc(sizeof *layers);
    char many[2 * CRS_MAX_LAYERS + 2];
    crs_error err;
    (void)unused;
    assert_non_null(layers);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        crs_status status = crs_layers_parse(bad[i].text, &relu, &err, layers);
        if (status != bad[i].status || strstr(err.text, bad[i].part) == NULL ||
            (bad[i].column > 0 && err.column != bad[i].column) || strchr(err.text, '\n') != NULL)
            fail_msg("'%s': %d, column %zu: %s", bad[i].text, status, err.column, err.text);
        assert_int_equal(crs_layers_parse(bad[i].text, &relu, NULL, layers), bad[i].status);
    }
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = i % 2 ? ',' : '1';
    many[sizeof many - 1] = '\0'; /* 256 layers and a comma, behind which is one more */
    many[sizeof many - 2] = '1';
    many[sizeof many - 3] = ',';
    assert_int_equal(crs_layers_parse(many, &relu, &err, layers), CRS_EINVAL);
    many[sizeof many - 3] = '\0';
    assert_int_equal(crs_layers_parse(many, &relu, &err, layers), CRS_OK);
    assert_int_equal(layers->n_layers, CRS_MAX_LAYERS);
    free(layers);
}

static void test_loss_parse(void **unused)
{
    crs_error err;
    crs_loss loss;
    int n = 0;
    (void)unused;
    for (; crs_loss_name((crs_loss)n) != NULL; n++) {
        assert_int_equal(crs_loss_parse(crs_loss_name((crs_loss)n), &err, &loss), CRS_OK);
        assert_int_equal(loss, n);
    }
    assert_int_equal(n, CRS_LOSS_HINGE + 1);
    assert_int_equal(crs_loss_parse("mse", &err, &loss), CRS_ENOENT);
    for (int i = 0; i < n; i++)
        assert_non_null(strstr(err.text, crs_loss_name((crs_loss)i)));
}

/* ---- ranges -------------------------------------------------------------------------------------- */

static void test_net_create__refuses_options_out_of_range(void **unused)
{
    static const size_t widths[] = {3, 4, 4, 2};
    static const struct {
        crs_layer_options options[2];
        crs_loss loss;
        double delta, smoothing;
        const char *part;
    } bad[] = {
        {{{.dropout = 1}}, CRS_LOSS_SOFTMAX, 0, 0, "layer 1"},
        {{{0}, {.dropout = NAN}}, CRS_LOSS_SOFTMAX, 0, 0, "layer 2"},
        {{{.batchnorm = 1, .momentum = 1.5}}, CRS_LOSS_SOFTMAX, 0, 0, "momentum"},
        {{{.batchnorm = 1, .momentum = -1}}, CRS_LOSS_SOFTMAX, 0, 0, "momentum"},
        {{{.batchnorm = 1, .eps = -1}}, CRS_LOSS_SOFTMAX, 0, 0, "eps"},
        {{{.batchnorm = 1, .eps = INFINITY}}, CRS_LOSS_SOFTMAX, 0, 0, "eps"},
        {{{.skip = 1}}, CRS_LOSS_SOFTMAX, 0, 0, "4 units"},
        {{{.skip = 2}}, CRS_LOSS_SOFTMAX, 0, 0, "only 1"},
        {{{0}, {.skip = 2}}, CRS_LOSS_SOFTMAX, 0, 0, "layer 0 with 3"},
        {{{0}}, CRS_LOSS_HUBER, -1, 0, "delta"},
        {{{0}}, CRS_LOSS_HUBER, NAN, 0, "delta"},
        {{{0}}, CRS_LOSS_SOFTMAX, 0, 1, "smoothing"},
        {{{0}}, CRS_LOSS_SOFTMAX, 0, NAN, "smoothing"},
        {{{0}}, CRS_LOSS_SQUARED, 0, 0.1, "squared"},
        {{{0}}, (crs_loss)9, 0, 0, "loss 9"},
    };
    const crs_act acts[] = {act_of("relu"), act_of("relu")};
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        crs_net_config config = {3,       widths,         acts,         bad[i].loss,
                                 CRS_F32, bad[i].options, bad[i].delta, bad[i].smoothing};
        crs_error err;
        crs_net *net;
        assert_int_equal(crs_net_create(&config, &err, &net), CRS_EINVAL);
        assert_null(net);
        if (strstr(err.text, bad[i].part) == NULL)
            fail_msg("case %zu: %s", i, err.text);
    }
}

/* ---- nets for what follows -------------------------------------------------------------------------- */

enum { N_IN = 6, BATCH = 40 };

typedef struct data {
    double x[BATCH * N_IN], y[BATCH], weights[BATCH];
} data;

static void fill(data *d, uint64_t *state)
{
    for (size_t i = 0; i < BATCH * N_IN; i++)
        d->x[i] = random_unit(state);
    for (size_t s = 0; s < BATCH; s++) {
        d->y[s] = (double)random_below(state, 3);
        d->weights[s] = 1 + random_unit(state);
    }
}

static crs_net *make(const char *text, crs_loss loss, double smoothing, uint64_t *state)
{
    crs_layers *layers = malloc(sizeof *layers);
    crs_act relu = act_of("relu");
    crs_net_config config = {.loss = loss, .dtype = CRS_F64, .label_smoothing = smoothing};
    crs_net *net;
    assert_non_null(layers);
    assert_int_equal(crs_layers_parse(text, &relu, NULL, layers), CRS_OK);
    layers->widths[0] = N_IN;
    config.n_layers = layers->n_layers;
    config.widths = layers->widths;
    config.acts = layers->acts;
    config.options = layers->options;
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t i = 0; i < net->n_params; i++)
        crs__net_set(net, net->params, i, random_unit(state));
    free(layers);
    return net;
}

static crs_workspace *load(const crs_net *net, const data *d, const double *weights)
{
    crs_workspace *work;
    assert_int_equal(crs_workspace_create(net, BATCH, NULL, NULL, &work), CRS_OK);
    crs_workspace_set_weights(work, weights);
    assert_int_equal(crs_workspace_load(work, BATCH, d->x, d->y, NULL, NULL), CRS_OK);
    return work;
}

/* ---- a net's parts ------------------------------------------------------------------------------------ */

static void test_net__lays_out_gamma_beta_and_running(void **unused)
{
    uint64_t state = SEED;
    crs_net *net = make("4+bn,5:tanh,4+bn+drop=0.5,3", CRS_LOSS_SOFTMAX, 0, &state), *copy;
    const crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    (void)unused;
    assert_int_equal(crs_net_gamma_at(net, 1), crs_net_bias_at(net, 1) + 4);
    assert_int_equal(crs_net_beta_at(net, 1), crs_net_gamma_at(net, 1) + 4);
    assert_int_equal(crs_net_weight_at(net, 2), crs_net_beta_at(net, 1) + 4);
    assert_int_equal(crs_net_n_params(net), crs_net_bias_at(net, 4) + 3);
    assert_int_equal(crs_net_n_running(net), 16);
    assert_int_equal(crs_net_running_at(net, 3), 8);
    assert_true(crs_net_options(net, 3)->momentum == 0.1 && crs_net_options(net, 3)->eps == 1e-5);
    assert_true(crs_net_options(net, 2)->momentum == 0 && crs_net_options(net, 4)->batchnorm == 0);
    assert_true(crs_net_huber_delta(net) == 1 && crs_net_label_smoothing(net) == 0);
    for (size_t i = 0; i < 16; i++)
        crs__net_set(net, net->running, i, (double)i);
    assert_int_equal(crs_net_copy(net, &copy), CRS_OK);
    assert_memory_equal(net->running, copy->running, 16 * sizeof(double));
    crs_random_seed(&random, 1);
    crs_net_init(net, &he, &random);
    for (size_t j = 0; j < 4; j++) {
        assert_true(crs_net_param(net, crs_net_gamma_at(net, 3) + j) == 1);
        assert_true(crs_net_param(net, crs_net_beta_at(net, 3) + j) == 0);
        assert_true(crs__net_get(net, net->running, 8 + j) == 0);
        assert_true(crs__net_get(net, net->running, 12 + j) == 1);
    }
    crs_net_destroy(net);
    crs_net_destroy(copy);
}

/* ---- dropout -------------------------------------------------------------------------------------------- */

/* A unit that stays is divided by 1 - p, others are 0; the same step gives the same units. */
static void test_dropout__scales_what_stays(void **unused)
{
    uint64_t state = SEED;
    crs_net *net = make("64:softplus+drop=0.25,3", CRS_LOSS_SOFTMAX, 0, &state);
    data d;
    crs_workspace *plain, *dropped, *later;
    size_t n_dropped = 0, n_other = 0, ld = 0;
    (void)unused;
    fill(&d, &state);
    plain = load(net, &d, NULL);
    dropped = load(net, &d, NULL);
    later = load(net, &d, NULL);
    crs_workspace_set_training(later, 5, 1);
    crs_net_forward(net, later);
    crs_workspace_set_training(dropped, 5, 2);
    crs_net_forward(net, dropped);
    crs_workspace_set_training(later, 5, 2); /* after another step: nothing is remembered */
    crs_net_forward(net, later);
    crs_net_forward(net, plain);
    for (size_t l = 0; l < 64; l++) {
        for (size_t s = 0; s < BATCH; s++) {
            double a = ((const double *)crs_workspace_a(plain, 1, &ld))[l * ld + s];
            double b = ((const double *)crs_workspace_a(dropped, 1, &ld))[l * ld + s];
            double c = ((const double *)crs_workspace_a(later, 1, &ld))[l * ld + s];
            assert_true(b == 0 || b == a * (1 / 0.75)); /* softplus is never 0 */
            assert_true(b == c);
            n_dropped += b == 0;
        }
    }
    crs_workspace_set_training(later, 5, 3);
    crs_net_forward(net, later);
    for (size_t i = 0; i < 64 * ld; i++)
        n_other += (((const double *)crs_workspace_a(later, 1, &ld))[i] == 0) !=
                   (((const double *)crs_workspace_a(dropped, 1, &ld))[i] == 0);
    assert_true(fabs((double)n_dropped - 640) < 5 * sqrt(2560 * 0.25 * 0.75)); /* 5 deviations */
    assert_true(n_other > 640); /* 2 p (1 - p) of 2560 are 960, in the mean */
    crs_workspace_destroy(plain);
    crs_workspace_destroy(dropped);
    crs_workspace_destroy(later);
    crs_net_destroy(net);
}

/* ---- rules --------------------------------------------------------------------------------------------------- */

static void tanh_by_a(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                      double *dz)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        assert_true(a[i] == tanh(z[i]));
        dz[i] = da[i] * (1 - a[i] * a[i]);
    }
}

/*
 * A rule sees a = g(z), whatever dropout and a skip make of it. 1 - a^2 and g' of tanh round some
 * 4 times each, and what is summed is below 10 in size.
 */
static void test_rule__sees_g_of_z(void **unused)
{
    uint64_t state = SEED;
    crs_net *net =
        make("6:tanh+bn+drop=0.25+skip,6:tanh+skip=2+drop=0.5,3", CRS_LOSS_SOFTMAX, 0, &state);
    const crs_backward_rule rule = {NULL, tanh_by_a, NULL, NULL};
    data d;
    crs_workspace *own, *ruled;
    (void)unused;
    fill(&d, &state);
    own = load(net, &d, NULL);
    ruled = load(net, &d, NULL);
    crs_workspace_set_rule(ruled, 0, &rule);
    crs_workspace_set_training(own, 1, 1);
    crs_workspace_set_training(ruled, 1, 1);
    crs_net_forward(net, own);
    crs_net_backward(net, own);
    crs_net_forward(net, ruled);
    crs_net_backward(net, ruled);
    for (size_t i = 0; i < net->n_params; i++)
        assert_true(fabs(crs__net_get(net, own->gradient, i) -
                         crs__net_get(net, ruled->gradient, i)) < 1e-13);
    crs_workspace_destroy(own);
    crs_workspace_destroy(ruled);
    crs_net_destroy(net);
}

/* ---- weights --------------------------------------------------------------------------------------------------- */

/* Weights that are alike change no bit; a sample that counts double is one that is there twice. */
static void test_weights__count_samples(void **unused)
{
    uint64_t state = SEED;
    crs_net *net = make("5:tanh,3", CRS_LOSS_SOFTMAX, 0, &state);
    double same[BATCH], twice[BATCH], none[BATCH] = {0};
    size_t index[BATCH];
    data d;
    crs_workspace *plain, *work;
    (void)unused;
    fill(&d, &state);
    for (size_t s = 0; s < BATCH; s++) {
        same[s] = 1e300;
        twice[s] = s < BATCH / 2; /* the first half, and of it sample 3 twice */
        index[s] = s;
    }
    twice[3] = 2;
    plain = load(net, &d, NULL);
    work = load(net, &d, same);
    crs_net_forward(net, plain);
    crs_net_backward(net, plain);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    assert_true(fabs(crs_net_cost(net, plain) - crs_net_cost(net, work)) <
                1e-14); /* another order */
    assert_memory_equal(plain->gradient, work->gradient, net->n_params * sizeof(double));

    crs_workspace_set_weights(work, twice);
    assert_int_equal(crs_workspace_load(work, BATCH, d.x, d.y, index, NULL), CRS_OK);
    index[BATCH / 2] = 3;
    assert_int_equal(crs_workspace_load(plain, BATCH / 2 + 1, d.x, d.y, index, NULL), CRS_OK);
    crs_net_forward(net, plain);
    crs_net_backward(net, plain);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    /* sums of 40 terms below 2, of which half are 0 */
    assert_true(fabs(crs_net_cost(net, plain) - crs_net_cost(net, work)) < 1e-13);
    for (size_t i = 0; i < net->n_params; i++)
        assert_true(fabs(crs__net_get(net, plain->gradient, i) -
                         crs__net_get(net, work->gradient, i)) < 1e-13);

    crs_workspace_set_weights(work, none);
    assert_int_equal(crs_workspace_load(work, BATCH, d.x, d.y, NULL, NULL), CRS_OK);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    assert_true(crs_net_cost(net, work) == 0);
    for (size_t i = 0; i < net->n_params; i++)
        assert_true(crs__net_get(net, work->gradient, i) == 0);
    crs_workspace_destroy(plain);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

static void test_weights__errors(void **unused)
{
    static const double bad[] = {-1, NAN, INFINITY};
    uint64_t state = SEED;
    crs_net *net = make("5:tanh,3", CRS_LOSS_SOFTMAX, 0, &state);
    crs_workspace *work;
    crs_error err;
    data d;
    (void)unused;
    fill(&d, &state);
    work = load(net, &d, d.weights);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        d.weights[7] = bad[i];
        assert_int_equal(crs_workspace_load(work, BATCH, d.x, d.y, NULL, &err), CRS_EINVAL);
        assert_non_null(strstr(err.text, "sample 7"));
    }
    crs_workspace_destroy(work);
    d.weights[7] = 1;
    assert_int_equal(crs_workspace_create(net, BATCH, NULL, NULL, &work), CRS_OK);
    crs_workspace_set_weights(work, d.weights);
    crs__alloc_fail_at(1);
    assert_int_equal(crs_workspace_load(work, BATCH, d.x, d.y, NULL, &err), CRS_ENOMEM);
    crs__alloc_fail_at(0);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

/*
 * The engine of small nets knows weights and smoothed labels too: its gradient and cost are those
 * of a pass within rounding, sums of 40 terms below 10.
 */
static void test_weights__in_the_small_engine(void **unused)
{
    uint64_t state = SEED;
    crs_net *net = make("5:tanh,4:relu,3", CRS_LOSS_SOFTMAX, 0.2, &state);
    crs__small *small;
    crs__small_seen seen = {.want_cost = 1};
    crs_workspace *pass, *work;
    data d;
    (void)unused;
    fill(&d, &state);
    pass = load(net, &d, d.weights);
    work = load(net, &d, d.weights);
    assert_true(crs__small_fits(net));
    assert_int_equal(crs__small_create(net, BATCH, NULL, &small), CRS_OK);
    crs__small_set_rules(small, net, work, 0);
    crs__small_run(small, net, work, &seen);
    crs_net_forward(net, pass);
    crs_net_backward(net, pass);
    assert_true(fabs(seen.cost - crs_net_cost(net, pass)) < 1e-13);
    for (size_t i = 0; i < net->n_params; i++)
        assert_true(fabs(crs__net_get(net, pass->gradient, i) -
                         crs__net_get(net, work->gradient, i)) < 1e-13);
    crs__small_destroy(small);
    crs_workspace_destroy(pass);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

/* ---- what counts as right ---------------------------------------------------------------------------------- */

/* One layer of weights 1: z = x, for the outputs and labels given. */
static size_t right_of(crs_loss loss, double smoothing, size_t n_out, const double *z,
                       const double *y)
{
    size_t widths[] = {n_out, n_out}, correct;
    crs_net_config config = {1, widths, NULL, loss, CRS_F64, NULL, 0, smoothing};
    crs_workspace *work;
    crs_net *net;
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t j = 0; j < n_out; j++)
        ((double *)crs_net_params(net))[j * n_out + j] = 1;
    assert_int_equal(crs_workspace_create(net, 2, NULL, NULL, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, 2, z, y, NULL, NULL), CRS_OK);
    crs_net_forward(net, work);
    correct = crs_net_count_correct(net, work);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
    return correct;
}

static void test_correct__by_loss(void **unused)
{
    static const double z[] = {0.2, 2, -1, 3, -2, 1}, classes[] = {1, 0}, one[] = {1, 1};
    static const double bits[] = {1, 1, 0, 1, 0, 0};
    (void)unused;
    assert_int_equal(right_of(CRS_LOSS_SOFTMAX, 0, 3, z, classes), 2);
    assert_int_equal(right_of(CRS_LOSS_SOFTMAX, 0.9, 3, z, classes), 2); /* y is 0.4, 0.3, 0.3 */
    assert_int_equal(right_of(CRS_LOSS_SOFTMAX, 0.9, 3, z, one), 1);
    assert_int_equal(right_of(CRS_LOSS_HINGE, 0, 3, z, classes), 2);
    assert_int_equal(right_of(CRS_LOSS_HINGE, 0, 3, z, one), 1);
    assert_int_equal(right_of(CRS_LOSS_HINGE, 0, 1, z + 1, one), 1); /* 2 and -1 */
    assert_int_equal(right_of(CRS_LOSS_BCE, 0.5, 3, z, bits), 1);
    assert_int_equal(right_of(CRS_LOSS_ABSOLUTE, 0, 3, z, bits), 0);
    assert_int_equal(right_of(CRS_LOSS_HUBER, 0, 3, z, z), 0);
}

/* ---- memory ----------------------------------------------------------------------------------------------- */

static crs_status make_all(crs_net *net)
{
    crs_net *copy = NULL;
    crs_workspace *work = NULL;
    crs_predictor *predictor = NULL;
    crs_status status = crs_net_copy(net, &copy);
    if (status == CRS_OK)
        status = crs_workspace_create(copy, BATCH, NULL, NULL, &work);
    if (status == CRS_OK)
        status = crs_predictor_create(copy, BATCH, NULL, NULL, &predictor);
    crs_predictor_destroy(predictor);
    crs_workspace_destroy(work);
    crs_net_destroy(copy);
    return status;
}

static void test_memory__every_allocation_may_fail(void **unused)
{
    uint64_t state = SEED;
    crs_net *net = make("5+bn+drop=0.1,5+bn+skip,3", CRS_LOSS_SOFTMAX, 0, &state);
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    (void)unused;
    for (size_t i = 1; status == CRS_ENOMEM; i++) {
        crs__alloc_fail_at(i);
        status = make_all(net);
        crs__alloc_fail_at(0);
        walked += status == CRS_ENOMEM;
    }
    assert_int_equal(status, CRS_OK);
    assert_true(walked > 40); /* a net, two workspaces of three layers, a predictor */
    crs_net_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers_parse__reads_all_parts),
        cmocka_unit_test(test_layers_parse__errors),
        cmocka_unit_test(test_loss_parse),
        cmocka_unit_test(test_net_create__refuses_options_out_of_range),
        cmocka_unit_test(test_net__lays_out_gamma_beta_and_running),
        cmocka_unit_test(test_dropout__scales_what_stays),
        cmocka_unit_test(test_rule__sees_g_of_z),
        cmocka_unit_test(test_weights__count_samples),
        cmocka_unit_test(test_weights__errors),
        cmocka_unit_test(test_weights__in_the_small_engine),
        cmocka_unit_test(test_correct__by_loss),
        cmocka_unit_test(test_memory__every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
