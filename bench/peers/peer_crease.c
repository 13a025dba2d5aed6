/* crease, as anybody's program uses it: the public calls alone. */
#include "peer.h"

#include <crease/fleet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    crs_dtype dtype;
    crs_executor executor;
    crs_dataset data;
    size_t n;                 /* nets */
    crs_net **nets;           /* [n] */
    char *start;              /* their first parameters */
    size_t bytes;             /* of one net's */
    crs_predictor *predictor; /* of forward alone */
    double *out;              /* [batch, n_out], of the last pass */
} s;

static void check(crs_status status, const crs_error *err)
{
    if (status != CRS_OK)
        peer_fail(err->text);
}

static void drop(void)
{
    crs_predictor_destroy(s.predictor); /* looks at its net */
    free(s.out);
    for (size_t i = 0; i < s.n; i++)
        crs_net_destroy(s.nets[i]);
    free(s.nets), free(s.start), free(s.data.x);
    crs_executor_release(&s.executor);
    memset(&s, 0, sizeof s);
}

static void put(void *base, size_t i, double value)
{
    if (s.dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

static int has_options(const workload *w)
{
    return strcmp(w->kind, "layers") == 0;
}

/* The first parameters and, with batch normalisation, what a new layer has besides. */
static void begin(const workload *w, size_t i)
{
    crs_net *net = s.nets[i];
    const char *from = s.start + i * s.bytes;
    size_t size = crs_dtype_size(s.dtype);
    if (!has_options(w)) {
        memcpy(crs_net_params(net), from, s.bytes);
        return;
    }
    for (size_t l = 1; l <= w->n_layers; l++) {
        size_t n_out = w->widths[l], n = (w->widths[l - 1] + 1) * n_out;
        memcpy((char *)crs_net_params(net) + crs_net_weight_at(net, l) * size, from, n * size);
        from += n * size;
        for (size_t j = 0; l < w->n_layers && j < n_out; j++) {
            put(crs_net_params(net), crs_net_gamma_at(net, l) + j, 1);
            put(crs_net_params(net), crs_net_beta_at(net, l) + j, 0);
            put(crs_net_running(net), crs_net_running_at(net, l) + j, 0);
            put(crs_net_running(net), crs_net_running_at(net, l) + n_out + j, 1);
        }
    }
}

static double get(const void *base, size_t i)
{
    return s.dtype == CRS_F64 ? ((const double *)base)[i] : (double)((const float *)base)[i];
}

/* Weights and biases that do what batch normalisation does to predictions. */
static void save_folded(const workload *w, double *out)
{
    crs_net *net = s.nets[0];
    const void *running = crs_net_running(net);
    for (size_t l = 1; l <= w->n_layers; l++) {
        size_t n_in = w->widths[l - 1], n_out = w->widths[l], r;
        int is_last = l == w->n_layers;
        double *b = out + n_in * n_out;
        r = is_last ? 0 : crs_net_running_at(net, l);
        for (size_t j = 0; j < n_out; j++) {
            double scale = 1, mean = 0, beta = 0;
            if (!is_last) {
                scale = crs_net_param(net, crs_net_gamma_at(net, l) + j) /
                        sqrt(get(running, r + n_out + j) + crs_net_options(net, l)->eps);
                mean = get(running, r + j);
                beta = crs_net_param(net, crs_net_beta_at(net, l) + j);
            }
            for (size_t k = 0; k < n_in; k++)
                out[j * n_in + k] =
                    scale * crs_net_param(net, crs_net_weight_at(net, l) + j * n_in + k);
            b[j] = scale * (crs_net_param(net, crs_net_bias_at(net, l) + j) - mean) + beta;
        }
        out = b + n_out;
    }
}

static void make_net(const workload *w, size_t i)
{
    crs_act acts[PEER_MAX_LAYERS];
    crs_layer_options options[PEER_MAX_LAYERS] = {{0}};
    crs_error err;
    crs_net_config config = {
        .n_layers = w->n_layers, .widths = w->widths, .acts = acts, .dtype = s.dtype};
    config.loss = strcmp(w->loss, "softmax") == 0 ? CRS_LOSS_SOFTMAX : CRS_LOSS_BCE;
    for (size_t l = 0; l + 1 < w->n_layers; l++)
        check(crs_act_parse("relu", &err, &acts[l]), &err);
    for (size_t l = 0; has_options(w) && l + 1 < w->n_layers; l++)
        options[l] = (crs_layer_options){.batchnorm = 1, .dropout = PEER_DROPOUT};
    config.options = options;
    check(crs_net_create(&config, &err, &s.nets[i]), &err);
    for (size_t k = 0; k < w->n_params; k++)
        put(s.start + i * s.bytes, k, w->w[i * w->n_params + k]);
    begin(w, i);
}

static const char *load(const workload *w)
{
    crs_error err;
    drop();
    check(crs_dtype_parse(w->dtype, &err, &s.dtype), &err);
    if (crs_executor_threads(w->threads, &s.executor) != CRS_OK)
        peer_fail("no memory for its threads");
    s.data.n_samples = w->samples;
    s.data.n_features = w->widths[0];
    s.data.n_classes = strcmp(w->loss, "softmax") == 0 ? w->widths[w->n_layers] : 2;
    s.data.dtype = s.dtype;
    s.data.x = peer_alloc(w->samples * w->widths[0], crs_dtype_size(s.dtype));
    s.data.y = w->y;
    for (size_t i = 0; i < w->samples * w->widths[0]; i++)
        put(s.data.x, i, w->x[i]);
    s.bytes = w->n_params * crs_dtype_size(s.dtype);
    s.nets = peer_alloc(w->nets, sizeof *s.nets);
    s.start = peer_alloc(w->nets, s.bytes);
    for (s.n = 0; s.n < w->nets; s.n++)
        make_net(w, s.n);
    if (strcmp(w->kind, "forward") == 0)
        check(crs_predictor_create(s.nets[0], w->batch, &s.executor, &err, &s.predictor), &err);
    s.out = peer_alloc(w->batch * w->widths[w->n_layers], sizeof *s.out);
    return NULL;
}

static void train(const workload *w)
{
    crs_train_config config = {.lr = w->lr,
                               .iterations = w->iterations,
                               .batch = w->batch,
                               .shuffle_seed = 1,
                               .executor = &s.executor};
    crs_error err;
    begin(w, 0);
    check(crs_train(s.nets[0], &s.data, &config, &err), &err);
}

static void train_fleet(const workload *w)
{
    crs_fleet_run *runs = peer_alloc(w->nets, sizeof *runs);
    crs_error err;
    for (size_t i = 0; i < w->nets; i++) {
        begin(w, i);
        runs[i] = (crs_fleet_run){
            .net = s.nets[i],
            .data = &s.data,
            .train = {
                .lr = w->lr, .iterations = w->iterations, .batch = w->batch, .shuffle_seed = 1}};
    }
    check(crs_fleet_train(w->nets, runs, &s.executor, &err), &err);
    free(runs);
}

static void forward(const workload *w)
{
    size_t step = w->batch * w->widths[0] * crs_dtype_size(s.dtype);
    for (size_t i = 0; i < w->iterations; i++) {
        size_t at = i % (w->samples / w->batch);
        crs_predictor_run(s.predictor, w->batch, (char *)s.data.x + at * step, 0, s.out);
    }
}

static void run(const workload *w)
{
    if (strcmp(w->kind, "forward") == 0)
        forward(w);
    else if (w->nets == 1)
        train(w);
    else
        train_fleet(w);
}

static size_t save(const workload *w, double *out)
{
    size_t n_out = w->widths[w->n_layers];
    if (has_options(w)) {
        save_folded(w, out);
        return w->n_params;
    }
    if (strcmp(w->kind, "forward") != 0) {
        for (size_t i = 0; i < w->nets; i++)
            for (size_t k = 0; k < w->n_params; k++)
                out[i * w->n_params + k] = crs_net_param(s.nets[i], k);
        return w->nets * w->n_params;
    }
    for (size_t j = 0; j < n_out; j++)
        out[j] = s.out[(w->batch - 1) * n_out + j];
    return n_out;
}

int main(void)
{
    const peer p = {load, run, save};
    return peer_main(&p);
}
