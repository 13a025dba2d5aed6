/* crease, as anybody's program uses it: the public calls alone. */
#include "peer.h"

#include <crease/fleet.h>

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
    memset(&s, 0, sizeof s);
}

static void put(void *base, size_t i, double value)
{
    if (s.dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

static void make_net(const workload *w, size_t i)
{
    crs_act acts[PEER_MAX_LAYERS];
    crs_error err;
    crs_net_config config = {
        .n_layers = w->n_layers, .widths = w->widths, .acts = acts, .dtype = s.dtype};
    config.loss = strcmp(w->loss, "softmax") == 0 ? CRS_LOSS_SOFTMAX : CRS_LOSS_BCE;
    for (size_t l = 0; l + 1 < w->n_layers; l++)
        check(crs_act_parse("relu", &err, &acts[l]), &err);
    check(crs_net_create(&config, &err, &s.nets[i]), &err);
    for (size_t k = 0; k < w->n_params; k++)
        put(s.start + i * s.bytes, k, w->w[i * w->n_params + k]);
    memcpy(crs_net_params(s.nets[i]), s.start + i * s.bytes, s.bytes);
}

static const char *load(const workload *w)
{
    crs_error err;
    drop();
    check(crs_dtype_parse(w->dtype, &err, &s.dtype), &err);
    crs_executor_threads(w->threads, &s.executor);
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
    memcpy(crs_net_params(s.nets[0]), s.start, s.bytes);
    check(crs_train(s.nets[0], &s.data, &config, &err), &err);
}

static void train_fleet(const workload *w)
{
    crs_fleet_run *runs = peer_alloc(w->nets, sizeof *runs);
    crs_error err;
    for (size_t i = 0; i < w->nets; i++) {
        memcpy(crs_net_params(s.nets[i]), s.start + i * s.bytes, s.bytes);
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
