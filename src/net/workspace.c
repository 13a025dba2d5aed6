#include "core/arguments.h"
#include "core/memory.h"
#include "net/net.h"
#include "net/stages.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Rows a page apart would all want the same few lines of L1. */
enum { PAGE = 4096 };

/* The input's place: a large first layer reads samples as they lie, a small one wants features. */
static int x_by_sample(const crs_net *net)
{
    return net->layers[0].dense.large;
}

/* What a layer's options keep besides z, a and dz. */
static crs_status allocate_options(crs_workspace *work, size_t l)
{
    const crs_net *net = work->net;
    const crs_layer_options *options = &net->layers[l].options;
    crs__pass_layer *pass = &work->layers[l];
    size_t units = net->layers[l].dense.n_out;
    if (options->batchnorm) {
        pass->u = crs__alloc_aligned(units * work->ld, net->kernels->size);
        pass->stats = crs__alloc(units, 2 * sizeof *pass->stats);
        if (pass->u == NULL || pass->stats == NULL)
            return CRS_ENOMEM;
    }
    if (options->dropout > 0) {
        pass->mask = crs__alloc_aligned(units * work->ld, net->kernels->size);
        if (pass->mask == NULL)
            return CRS_ENOMEM;
    }
    if (options->skip > 0) {
        pass->da = crs__alloc_aligned(units * work->ld, net->kernels->size);
        if (pass->da == NULL)
            return CRS_ENOMEM;
    }
    return CRS_OK;
}

/* z, a and dz of every layer, and what the products of a pass want. */
static crs_status allocate_pass(crs_workspace *work)
{
    const crs_net *net = work->net;
    size_t size = net->kernels->size, scratch = 0;
    for (size_t l = 0; l < net->n_layers; l++) {
        crs__pass_layer *pass = &work->layers[l];
        size_t units = net->layers[l].dense.n_out, wants;
        if (units > SIZE_MAX / 16 / work->ld)
            return CRS_ENOMEM;
        pass->z = crs__alloc_aligned(units * work->ld, size);
        pass->a = crs__alloc_aligned(units * work->ld, size);
        pass->dz = crs__alloc_aligned(units * work->ld, size);
        if (pass->z == NULL || pass->a == NULL || pass->dz == NULL ||
            allocate_options(work, l) != CRS_OK)
            return CRS_ENOMEM;
        wants = net->gemm.name != NULL ? crs__dense_work(&net->layers[l].dense, work->capacity) : 0;
        scratch = wants > scratch ? wants : scratch;
    }
    work->scratch = crs__alloc_aligned(scratch, size);
    work->stages = crs__stages_create(net, crs_executor_workers(work->executor));
    return work->scratch && work->stages ? CRS_OK : CRS_ENOMEM;
}

static crs_status allocate(crs_workspace *work)
{
    const crs_net *net = work->net;
    size_t size = net->kernels->size, n_in = net->layers[0].dense.n_in;
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    if (n_out > SIZE_MAX / 16 / work->ld)
        return CRS_ENOMEM;
    /* a large first layer reads its input where it lies; a library's wants a copy, made then,
       of samples picked by index */
    if (!x_by_sample(net)) {
        if (n_in > SIZE_MAX / 16 / work->ld)
            return CRS_ENOMEM;
        work->x_own = crs__alloc_aligned(n_in * work->ld, size);
        if (work->x_own == NULL)
            return CRS_ENOMEM;
    }
    work->y = crs__alloc_aligned(n_out * work->ld, size);
    work->gradient = crs__alloc_aligned(net->n_params, size);
    return work->y && work->gradient ? CRS_OK : CRS_ENOMEM;
}

static crs_status create(const crs_net *net, size_t capacity, int with_pass,
                         const crs_executor *executor, crs_error *err, crs_workspace **out)
{
    crs_workspace *work;
    *out = NULL;
    if (capacity == 0)
        return crs_error_set(err, CRS_EINVAL, "a batch needs at least one sample");
    if (capacity > SIZE_MAX / 64)
        return crs_error_set(err, CRS_ENOMEM, "no memory for batches of %zu samples", capacity);
    work = crs__alloc(1, sizeof *work);
    if (work == NULL)
        goto no_memory;
    work->net = net;
    work->executor = executor;
    work->capacity = capacity;
    work->ld = crs__padded(capacity);
    if (work->ld * net->kernels->size % PAGE == 0)
        work->ld += CRS__LANES;
    work->layers = crs__alloc(net->n_layers, sizeof *work->layers);
    if (work->layers == NULL || allocate(work) != CRS_OK ||
        (with_pass && allocate_pass(work) != CRS_OK))
        goto no_memory;
    *out = work;
    return CRS_OK;

no_memory:
    crs_workspace_destroy(work);
    return crs_error_set(err, CRS_ENOMEM, "no memory for batches of %zu samples", capacity);
}

crs_status crs_workspace_create(const crs_net *net, size_t capacity, const crs_executor *executor,
                                crs_error *err, crs_workspace **out)
{
    if (net == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    return create(net, capacity, 1, executor, err, out);
}

crs_status crs__workspace_create_bare(const crs_net *net, size_t capacity, crs_error *err,
                                      crs_workspace **out)
{
    return create(net, capacity, 0, NULL, err, out);
}

void crs_workspace_destroy(crs_workspace *work)
{
    if (work == NULL)
        return;
    for (size_t l = 0; work->layers != NULL && l < work->net->n_layers; l++) {
        crs__free(work->layers[l].z);
        crs__free(work->layers[l].a);
        crs__free(work->layers[l].dz);
        crs__free(work->layers[l].u);
        crs__free(work->layers[l].da);
        crs__free(work->layers[l].mask);
        crs__free(work->layers[l].stats);
    }
    crs__free(work->layers);
    crs__free(work->x_own);
    crs__free(work->y);
    crs__free(work->v_own);
    crs__free(work->gradient);
    crs__free(work->scratch);
    crs__free(work->index);
    crs__stages_destroy(work->stages);
    crs__free(work);
}

/* x_own[k, s] = x[row(s), k] */
static void gather_features(crs_workspace *work, const void *x, const size_t *index)
{
    size_t n_in = work->net->layers[0].dense.n_in, ld = work->ld;
    for (size_t s = 0; s < work->batch; s++) {
        size_t row = index == NULL ? s : index[s];
        if (work->net->kernels->dtype == CRS_F64) {
            const double *from = (const double *)x + row * n_in;
            double *to = (double *)work->x_own + s;
            for (size_t k = 0; k < n_in; k++)
                to[k * ld] = from[k];
        } else {
            const float *from = (const float *)x + row * n_in;
            float *to = (float *)work->x_own + s;
            for (size_t k = 0; k < n_in; k++)
                to[k * ld] = from[k];
        }
    }
    crs__pad_zero(work->net->kernels, n_in, work->batch, work->x_own, ld);
    work->x = (crs__input){work->x_own, ld, 0, NULL};
}

static crs_status load_x(crs_workspace *work, const void *x, const size_t *index)
{
    const crs_net *net = work->net;
    size_t n_in = net->layers[0].dense.n_in, row_bytes = n_in * net->kernels->size;
    if (!x_by_sample(net)) {
        gather_features(work, x, index);
        return CRS_OK;
    }
    work->x = (crs__input){x, n_in, 1, NULL};
    if (index == NULL)
        return CRS_OK;
    if (net->gemm.name == NULL) {
        if (work->index == NULL)
            work->index = crs__alloc(work->capacity, sizeof *work->index);
        if (work->index == NULL)
            return CRS_ENOMEM;
        memcpy(work->index, index, work->batch * sizeof *index);
        work->x.index = work->index;
        return CRS_OK;
    }
    if (work->x_own == NULL) {
        work->x_own = crs__alloc_aligned(work->capacity, row_bytes);
        if (work->x_own == NULL)
            return CRS_ENOMEM;
    }
    for (size_t s = 0; s < work->batch; s++)
        memcpy((char *)work->x_own + s * row_bytes, (const char *)x + index[s] * row_bytes,
               row_bytes);
    work->x.data = work->x_own;
    return CRS_OK;
}

crs_status crs__net_check_labels(const crs_net *net, size_t n, const double *y, const size_t *index,
                                 crs_error *err)
{
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    size_t n_classes = n_out == 1 ? 2 : n_out;
    if (!crs__net_has_classes(net))
        return CRS_OK;
    for (size_t s = 0; s < n; s++) {
        size_t row = index == NULL ? s : index[s];
        double label = y[row];
        if (!(label >= 0 && label < (double)n_classes && label == (double)(size_t)label))
            return crs_error_set(err, CRS_EINVAL,
                                 "sample %zu has the label %g, the output has classes 0 to %zu",
                                 row, label, n_classes - 1);
    }
    return CRS_OK;
}

int crs__net_has_classes(const crs_net *net)
{
    return net->loss_id == CRS_LOSS_SOFTMAX || net->loss_id == CRS_LOSS_HINGE ||
           (net->loss_id == CRS_LOSS_BCE && net->layers[net->n_layers - 1].dense.n_out == 1);
}

int crs__net_classifies(const crs_net *net)
{
    return net->loss_id == CRS_LOSS_BCE || net->loss_id == CRS_LOSS_SOFTMAX ||
           net->loss_id == CRS_LOSS_HINGE;
}

static void load_y(crs_workspace *work, const double *y, const size_t *index)
{
    const crs_net *net = work->net;
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    int classes = crs__net_has_classes(net), one_hot = classes && n_out > 1;
    double smooth = net->label_smoothing, share = smooth / (one_hot ? (double)n_out : 2);
    for (size_t s = 0; s < work->batch; s++) {
        size_t row = index == NULL ? s : index[s];
        for (size_t j = 0; j < n_out; j++) {
            double value = classes ? y[row] : y[row * n_out + j];
            if (one_hot)
                value = (size_t)value == j;
            if (smooth > 0)
                value = (1 - smooth) * value + share;
            crs__net_set(net, work->y, j * work->ld + s, value);
        }
    }
}

/* The batch's weights over their mean; by the largest first, so that no sum overflows. */
static crs_status load_weights(crs_workspace *work, const size_t *index, crs_error *err)
{
    const crs_net *net = work->net;
    double largest = 0, sum = 0;
    size_t n = work->batch;
    work->v = NULL;
    if (work->weights == NULL)
        return CRS_OK;
    if (work->v_own == NULL)
        work->v_own = crs__alloc_aligned(work->ld, net->kernels->size);
    if (work->v_own == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for a batch of %zu samples", n);
    for (size_t s = 0; s < n; s++) {
        size_t row = index == NULL ? s : index[s];
        double weight = work->weights[row];
        if (!(weight >= 0 && isfinite(weight)))
            return crs_error_set(
                err, CRS_EINVAL,
                "sample %zu has the weight %g, expected a finite number, 0 or more", row, weight);
        largest = weight > largest ? weight : largest;
    }
    largest = largest > 0 ? largest : 1; /* all 0: they stay 0 */
    for (size_t s = 0; s < n; s++)
        sum += work->weights[index == NULL ? s : index[s]] / largest;
    for (size_t s = 0; s < n; s++) {
        double weight = work->weights[index == NULL ? s : index[s]] / largest;
        /* 1, and no other number, where they are alike */
        crs__net_set(net, work->v_own, s, sum > 0 ? weight * (double)n / sum : 0);
    }
    work->v = work->v_own;
    return CRS_OK;
}

crs_status crs_workspace_load(crs_workspace *work, size_t n, const void *x, const double *y,
                              const size_t *index, crs_error *err)
{
    if (work == NULL || (n > 0 && x == NULL))
        return crs__null_argument(err, __func__);
    if (n == 0 || n > work->capacity)
        return crs_error_set(err, CRS_EINVAL, "a batch of %zu samples, room is for 1 to %zu", n,
                             work->capacity);
    work->batch = n;
    if (load_x(work, x, index) != CRS_OK)
        return crs_error_set(err, CRS_ENOMEM, "no memory for a batch of %zu samples", n);
    if (y != NULL) {
        crs_status status = crs__net_check_labels(work->net, n, y, index, err);
        if (status != CRS_OK)
            return status;
        load_y(work, y, index);
        return load_weights(work, index, err);
    }
    return CRS_OK;
}

void crs_workspace_set_weights(crs_workspace *work, const double *weights)
{
    if (work == NULL)
        return;
    work->weights = weights;
}

void crs_workspace_set_training(crs_workspace *work, uint32_t seed, uint64_t step)
{
    if (work == NULL)
        return;
    work->training = 1;
    work->drop_seed = seed;
    work->drop_step = step;
}

void crs_workspace_set_predicting(crs_workspace *work)
{
    if (work == NULL)
        return;
    work->training = 0;
}

void crs_workspace_set_rule(crs_workspace *work, size_t layer, const crs_backward_rule *rule)
{
    if (work == NULL)
        return;
    for (size_t l = 1; l < work->net->n_layers; l++) {
        if (layer == 0 || layer == l) {
            work->layers[l - 1].has_rule = rule != NULL;
            if (rule != NULL)
                work->layers[l - 1].rule = *rule;
        }
    }
}

size_t crs_workspace_batch(const crs_workspace *work)
{
    if (work == NULL)
        return 0;
    return work->batch;
}

void *crs_workspace_gradient(crs_workspace *work)
{
    if (work == NULL)
        return NULL;
    return work->gradient;
}

const void *crs_workspace_z(const crs_workspace *work, size_t layer, size_t *ld)
{
    if (work == NULL || ld == NULL)
        return NULL;
    *ld = work->ld;
    return work->layers[layer - 1].z;
}

const void *crs_workspace_a(const crs_workspace *work, size_t layer, size_t *ld)
{
    if (work == NULL || ld == NULL)
        return NULL;
    *ld = work->ld;
    return work->layers[layer - 1].a;
}

const void *crs_workspace_dz(const crs_workspace *work, size_t layer, size_t *ld)
{
    if (work == NULL || ld == NULL)
        return NULL;
    *ld = work->ld;
    return work->layers[layer - 1].dz;
}
