#include <crease/train.h>

#include "core/memory.h"
#include "net/net.h"
#include "optim/sgd.h"

#include <math.h>

static crs_status check_fit(const crs_net *net, const crs_dataset *data, crs_error *err)
{
    size_t n_out = crs_net_width(net, crs_net_layers(net));
    if (data->n_samples == 0)
        return crs_error_set(err, CRS_ESHAPE, "the data set '%s' has no samples", data->name);
    if (data->n_features != crs_net_width(net, 0))
        return crs_error_set(err, CRS_ESHAPE, "the data has %zu features, the net expects %zu",
                             data->n_features, crs_net_width(net, 0));
    if (data->dtype != crs_net_dtype(net))
        return crs_error_set(err, CRS_ESHAPE, "the data is %s, the net %s",
                             crs_dtype_name(data->dtype), crs_dtype_name(crs_net_dtype(net)));
    if (crs_net_loss(net) == CRS_LOSS_SOFTMAX && data->n_classes > n_out)
        return crs_error_set(err, CRS_ESHAPE, "the data has %zu classes, the net %zu outputs",
                             data->n_classes, n_out);
    if (crs_net_loss(net) != CRS_LOSS_SOFTMAX && n_out != 1)
        return crs_error_set(err, CRS_ESHAPE,
                             "the data has one target a sample, the net %zu outputs with %s loss",
                             n_out, crs_loss_name(crs_net_loss(net)));
    return crs__net_check_labels(net, data->n_samples, data->y, NULL, err);
}

/* Where the next batch of an epoch comes from. */
typedef struct feed {
    const crs_dataset *data;
    size_t batch, at;
    size_t *order; /* NULL: full batch, loaded once */
    crs_random random;
} feed;

static crs_status feed_next(feed *f, crs_workspace *work, crs_error *err)
{
    size_t n;
    if (f->at >= f->data->n_samples) {
        f->at = 0;
        crs_random_permutation(&f->random, f->data->n_samples, f->order);
    }
    n = f->data->n_samples - f->at < f->batch ? f->data->n_samples - f->at : f->batch;
    f->at += n;
    return crs_workspace_load(work, n, f->data->x, f->data->y, f->order + (f->at - n), err);
}

static crs_status iterate(crs_net *net, crs_workspace *work, feed *f,
                          const crs_train_config *config, crs_error *err)
{
    for (size_t i = 0; i < config->iterations; i++) {
        crs_status status = f->order == NULL ? CRS_OK : feed_next(f, work, err);
        if (status != CRS_OK)
            return status;
        if (config->observer == NULL) {
            crs__net_step(net, work, config->lr);
            continue;
        }
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        {
            crs_train_event event = {i, net, work};
            status = config->observer(config->observer_ctx, &event);
            if (status != CRS_OK)
                return crs_error_set(err, status, "training ended at iteration %zu: %s", i,
                                     crs_status_text(status));
        }
        crs__sgd_step(net->kernels, net->n_params, config->lr, work->gradient, net->params);
    }
    return CRS_OK;
}

crs_status crs_train(crs_net *net, const crs_dataset *data, const crs_train_config *config,
                     crs_error *err)
{
    feed f = {.data = data, .at = SIZE_MAX};
    crs_workspace *work = NULL;
    crs_status status = check_fit(net, data, err);
    if (status != CRS_OK)
        return status;
    f.batch =
        config->batch == 0 || config->batch > data->n_samples ? data->n_samples : config->batch;
    status = crs_workspace_create(net, f.batch, config->executor, err, &work);
    if (status != CRS_OK)
        return status;
    crs_workspace_set_rule(work, 0, config->rule);
    if (f.batch == data->n_samples) {
        status = crs_workspace_load(work, f.batch, data->x, data->y, NULL, err);
    } else {
        crs_random_seed(&f.random, config->shuffle_seed);
        f.order = crs__alloc(data->n_samples, sizeof *f.order);
        if (f.order == NULL)
            status = crs_error_set(err, CRS_ENOMEM, "no memory for the order of %zu samples",
                                   data->n_samples);
    }
    if (status == CRS_OK)
        status = iterate(net, work, &f, config, err);
    crs__free(f.order);
    crs_workspace_destroy(work);
    return status;
}

crs_status crs_evaluate(const crs_net *net, const crs_dataset *data, const crs_executor *executor,
                        crs_error *err, crs_score *out)
{
    enum { BLOCK = 1024 };
    size_t correct = 0, n = data->n_samples;
    double cost = 0;
    crs_workspace *work = NULL;
    crs_status status = check_fit(net, data, err);
    out->cost = out->accuracy = NAN;
    if (status == CRS_OK)
        status = crs_workspace_create(net, n < BLOCK ? n : BLOCK, executor, err, &work);
    for (size_t from = 0; status == CRS_OK && from < n; from += BLOCK) {
        size_t count = n - from < BLOCK ? n - from : BLOCK;
        status = crs_workspace_load(work, count,
                                    crs__net_const_at(net, data->x, from * data->n_features),
                                    data->y + from, NULL, err);
        if (status != CRS_OK)
            break;
        crs_net_forward(net, work);
        cost += crs_net_cost(net, work) * (double)count;
        correct += crs_net_count_correct(net, work);
    }
    crs_workspace_destroy(work);
    if (status != CRS_OK)
        return status;
    out->cost = cost / (double)n;
    /* outputs that are no numbers classify nothing */
    if (crs_net_loss(net) != CRS_LOSS_SQUARED && !isnan(cost))
        out->accuracy = (double)correct / (double)n;
    return CRS_OK;
}
