/* Forward again and again: one sample by matrix times vector, many as a batch. */
#include "core/arguments.h"
#include "core/memory.h"
#include "net/finish.h"

/* Weights from which on two threads are ahead of one: some 4 us of reading them from L3. */
enum { WORTH = 1 << 16, BLOCK = 1024 };

struct crs_predictor {
    const crs_net *net;
    const crs_executor *executor;
    crs_workspace *work; /* for batches; NULL where the capacity is 1 */
    void **packed;       /* [n_layers] */
    void **z;            /* [n_layers], then a */
    crs_phase *phases;   /* [n_layers] */
    struct layer_job {
        crs_predictor *self;
        size_t layer;
    } * jobs;
    size_t most; /* pieces of any layer */
    const void *x;
};

void crs_predictor_destroy(crs_predictor *p)
{
    if (p == NULL)
        return;
    for (size_t l = 0; l < p->net->n_layers; l++) {
        if (p->packed != NULL)
            crs__free(p->packed[l]);
        if (p->z != NULL)
            crs__free(p->z[l]);
    }
    crs__free(p->packed);
    crs__free(p->z);
    crs__free(p->phases);
    crs__free(p->jobs);
    crs_workspace_destroy(p->work);
    crs__free(p);
}

/* z of a layer and, behind it, a */
static void *a_of(const crs_predictor *p, size_t l)
{
    return crs__net_at(p->net, p->z[l], crs__padded(p->net->layers[l].dense.n_out));
}

/* What a skip into layer l brings. */
static const void *skip_from(const crs_predictor *p, size_t l)
{
    size_t skip = p->net->layers[l].options.skip;
    return skip > l ? p->x : a_of(p, l - skip);
}

/* Piece i of layer l, which counts from 0 here. */
static void run_layer(const crs_predictor *p, size_t l, size_t i)
{
    const crs_net *net = p->net;
    const crs__dense *dense = &net->layers[l].dense;
    size_t pieces = p->phases[l].n;
    size_t blocks = (dense->n_out + CRS__UNIT_PIECE - 1) / CRS__UNIT_PIECE;
    crs__span units = {blocks * i / pieces * CRS__UNIT_PIECE,
                       blocks * (i + 1) / pieces * CRS__UNIT_PIECE};
    units.to = units.to < dense->n_out ? units.to : dense->n_out;
    net->kernels->units_fwd(dense->n_out, dense->n_in, units, p->packed[l],
                            l == 0 ? p->x : a_of(p, l - 1), p->z[l]);
    if (net->layers[l].forward_extra)
        crs__finish_units(net, l + 1, units, skip_from(p, l), p->z[l], a_of(p, l));
    else if (l + 1 < net->n_layers)
        net->kernels->act_fwd(&net->layers[l].act, units.to - units.from,
                              crs__net_const_at(net, p->z[l], units.from),
                              crs__net_at(net, a_of(p, l), units.from));
}

static void run_task(void *arg, size_t i, int worker)
{
    const struct layer_job *job = arg;
    (void)worker;
    run_layer(job->self, job->layer, i);
}

static crs_status prepare(crs_predictor *p)
{
    const crs_net *net = p->net;
    size_t workers = (size_t)crs_executor_workers(p->executor), size = net->kernels->size;
    p->packed = crs__alloc(net->n_layers, sizeof *p->packed);
    p->z = crs__alloc(net->n_layers, sizeof *p->z);
    p->phases = crs__alloc(net->n_layers, sizeof *p->phases);
    p->jobs = crs__alloc(net->n_layers, sizeof *p->jobs);
    if (p->packed == NULL || p->z == NULL || p->phases == NULL || p->jobs == NULL)
        return CRS_ENOMEM;
    for (size_t l = 0; l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l];
        size_t n_in = layer->dense.n_in, n_out = layer->dense.n_out, units = crs__padded(n_out);
        size_t pieces = n_out / CRS__UNIT_PIECE;
        p->packed[l] = crs__alloc_aligned((n_in + 1) * units, size);
        p->z[l] = crs__alloc_aligned(2 * units, size);
        if (p->packed[l] == NULL || p->z[l] == NULL)
            return CRS_ENOMEM;
        net->kernels->units_pack(n_out, n_in, crs__net_const_at(net, net->params, layer->weight_at),
                                 crs__net_const_at(net, net->params, layer->bias_at), p->packed[l]);
        pieces = pieces < workers ? pieces : workers;
        pieces = pieces == 0 || n_in < WORTH / n_out ? 1 : pieces;
        p->most = pieces > p->most ? pieces : p->most;
        p->jobs[l] = (struct layer_job){p, l};
        p->phases[l] = (crs_phase){pieces, run_task, &p->jobs[l]};
    }
    return CRS_OK;
}

crs_status crs_predictor_create(const crs_net *net, size_t capacity, const crs_executor *executor,
                                crs_error *err, crs_predictor **out)
{
    if (net == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_predictor *p;
    crs_status status = CRS_OK;
    *out = NULL;
    if (capacity == 0)
        return crs_error_set(err, CRS_EINVAL, "a predictor needs room for at least one sample");
    p = crs__alloc(1, sizeof *p);
    if (p == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for a predictor");
    p->net = net;
    p->executor = executor;
    if (capacity > 1)
        status =
            crs_workspace_create(net, capacity < BLOCK ? capacity : BLOCK, executor, err, &p->work);
    if (status == CRS_OK && prepare(p) != CRS_OK)
        status = crs_error_set(err, CRS_ENOMEM, "no memory for a predictor of %zu parameters",
                               net->n_params);
    if (status != CRS_OK) {
        crs_predictor_destroy(p);
        return status;
    }
    *out = p;
    return CRS_OK;
}

static void run_one(crs_predictor *p, const void *x, int before_output, double *out)
{
    const crs_net *net = p->net;
    size_t last = net->n_layers - 1, n_out = net->layers[last].dense.n_out;
    const void *from = p->z[last];
    p->x = x;
    if (p->most == 1)
        for (size_t l = 0; l < net->n_layers; l++)
            run_layer(p, l, 0);
    else
        crs_executor_run_phases(p->executor, net->n_layers, p->phases);
    if (!before_output) {
        net->loss->output(n_out, 1, from, a_of(p, last), 1);
        from = a_of(p, last);
    }
    for (size_t j = 0; j < n_out; j++)
        out[j] = crs__net_get(net, from, j);
}

static void run_batch(crs_predictor *p, size_t n, const void *x, int before_output, double *out)
{
    const crs_net *net = p->net;
    crs_workspace *work = p->work;
    const crs__pass_layer *last = &work->layers[net->n_layers - 1];
    const void *from = before_output ? last->z : last->a;
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    /* within the capacity, without labels and without index: nothing that can fail */
    (void)crs_workspace_load(work, n, x, NULL, NULL, NULL);
    crs_net_forward(net, work);
    for (size_t s = 0; s < n; s++)
        for (size_t j = 0; j < n_out; j++)
            out[s * n_out + j] = crs__net_get(net, from, j * work->ld + s);
}

void crs_predictor_run(crs_predictor *p, size_t n, const void *x, int before_output, double *out)
{
    if (p == NULL || (n > 0 && x == NULL) || (n > 0 && out == NULL))
        return;
    const crs_net *net = p->net;
    size_t n_in = net->layers[0].dense.n_in, n_out = net->layers[net->n_layers - 1].dense.n_out;
    size_t capacity = p->work == NULL ? 1 : p->work->capacity;
    for (size_t from = 0, count; from < n; from += count) {
        const void *rows = crs__net_const_at(net, x, from * n_in);
        count = n - from < capacity ? n - from : capacity;
        if (count == 1)
            run_one(p, rows, before_output, out + from * n_out);
        else
            run_batch(p, count, rows, before_output, out + from * n_out);
    }
}
