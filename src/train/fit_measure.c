/* What an epoch comes to: cost, accuracy or R^2, kink hits, dead units. */
#include "core/memory.h"
#include "train/fit.h"
#include "train/match.h"

#include <math.h>
#include <string.h>

/* Does the loss learn values, so that R^2 and not accuracy tells how well? */
static int learns_values(const crs_net *net)
{
    crs_loss loss = crs_net_loss(net);
    return loss == CRS_LOSS_SQUARED || loss == CRS_LOSS_ABSOLUTE || loss == CRS_LOSS_HUBER;
}

static size_t n_out_of(const crs_net *net)
{
    return crs_net_width(net, crs_net_layers(net));
}

static size_t sample_of(const crs__judged *judged, size_t i)
{
    return judged->index == NULL ? i : judged->index[i];
}

crs_status crs__judged_prepare(const crs_net *net, crs__judged *judged)
{
    size_t n_out = n_out_of(net);
    if (!learns_values(net) || judged->n == 0)
        return CRS_OK;
    judged->spread = crs__alloc(n_out, sizeof *judged->spread);
    if (judged->spread == NULL)
        return CRS_ENOMEM;
    for (size_t j = 0; j < n_out; j++) {
        double start = judged->data->y[sample_of(judged, 0) * n_out + j], mean = 0, sum = 0;
        for (size_t i = 0; i < judged->n; i++) /* from a value on: exact where all are alike */
            mean += judged->data->y[sample_of(judged, i) * n_out + j] - start;
        mean = start + mean / (double)judged->n;
        for (size_t i = 0; i < judged->n; i++) {
            double away = judged->data->y[sample_of(judged, i) * n_out + j] - mean;
            sum += away * away;
        }
        judged->spread[j] = sum;
    }
    return CRS_OK;
}

size_t crs__tally_hidden_units(const crs_net *net)
{
    size_t units = 0;
    for (size_t l = 1; l < crs_net_layers(net); l++)
        units += crs_net_width(net, l);
    return units;
}

crs_status crs__tally_create(const crs_net *net, crs__tally *tally)
{
    tally->squares = crs__alloc(n_out_of(net), sizeof *tally->squares);
    tally->alive = crs__alloc(crs__tally_hidden_units(net) + 1, 1);
    crs__tally_clear(net, tally);
    return tally->squares != NULL && tally->alive != NULL ? CRS_OK : CRS_ENOMEM;
}

void crs__tally_destroy(crs__tally *tally)
{
    crs__free(tally->squares);
    crs__free(tally->alive);
}

void crs__tally_clear(const crs_net *net, crs__tally *tally)
{
    tally->samples = tally->weight = tally->cost = tally->correct = tally->kink_hits = 0;
    if (tally->squares != NULL)
        memset(tally->squares, 0, n_out_of(net) * sizeof *tally->squares);
    if (tally->alive != NULL)
        memset(tally->alive, 0, crs__tally_hidden_units(net));
}

double crs__batch_weight(const crs__batch *batch)
{
    double sum = 0;
    if (batch->weights == NULL)
        return (double)batch->n;
    for (size_t i = 0; i < batch->n; i++)
        sum += batch->weights[batch->load_index == NULL ? i : batch->load_index[i]];
    return sum;
}

static void add_squares(const crs_net *net, const crs_workspace *work, const crs__batch *batch,
                        double *squares)
{
    size_t ld, n_out = n_out_of(net);
    const void *a = crs_workspace_a(work, crs_net_layers(net), &ld);
    for (size_t i = 0; i < batch->n; i++) {
        size_t row = batch->load_index == NULL ? i : batch->load_index[i];
        for (size_t j = 0; j < n_out; j++) {
            double away = crs__net_get(net, a, j * ld + i) - batch->y[row * n_out + j];
            squares[j] += away * away;
        }
    }
}

/* Is the slope of a unit 0 for every sample of the batch? */
static int is_flat(const crs_net *net, const crs_workspace *work, size_t layer, size_t unit)
{
    size_t ld;
    const void *z = crs_workspace_z(work, layer, &ld);
    const crs_act *act = crs_net_act(net, layer);
    for (size_t s = 0; s < crs_workspace_batch(work); s++)
        if (crs_act_slope_f64(act, crs__net_get(net, z, unit * ld + s)) != 0)
            return 0;
    return 1;
}

void crs__tally_add(const crs_net *net, const crs_workspace *work, const crs__batch *batch,
                    crs__tally *tally)
{
    double weight = crs__batch_weight(batch);
    unsigned char *alive = tally->alive;
    tally->samples += (double)batch->n;
    tally->weight += weight;
    if (weight > 0)
        tally->cost += weight * crs_net_cost(net, work);
    if (learns_values(net))
        add_squares(net, work, batch, tally->squares);
    else
        tally->correct += (double)crs_net_count_correct(net, work);
    for (size_t l = 1; l < crs_net_layers(net); l++) {
        for (size_t j = 0; j < crs_net_width(net, l); j++, alive++) {
            tally->kink_hits += (double)crs_workspace_kink_hits(work, l, j);
            if (!*alive)
                *alive = (unsigned char)!is_flat(net, work, l, j);
        }
    }
}

double crs__tally_cost(const crs__tally *tally)
{
    return tally->weight > 0 ? tally->cost / tally->weight : NAN;
}

double crs__tally_metric(const crs_net *net, const crs__tally *tally, const crs__judged *judged)
{
    double sum = 0, count = 0;
    if (tally->samples == 0 || !isfinite(tally->cost))
        return NAN;
    if (!learns_values(net))
        return tally->correct / tally->samples;
    for (size_t j = 0; j < n_out_of(net); j++) {
        if (judged->spread[j] > 0) {
            sum += 1 - tally->squares[j] / judged->spread[j];
            count++;
        }
    }
    return count > 0 ? sum / count : NAN;
}

double crs__tally_dead(const crs_net *net, const crs__tally *tally)
{
    double dead = 0;
    for (size_t i = 0; i < crs__tally_hidden_units(net); i++)
        dead += !tally->alive[i];
    return dead;
}

crs_status crs__judged_measure(const crs_net *net, const crs__judged *judged, const double *weights,
                               crs_workspace *work, crs__tally *tally, crs_error *err)
{
    const crs_dataset *data = judged->data;
    size_t targets = crs__match_targets(data), block = work->capacity;
    crs__tally_clear(net, tally);
    crs_workspace_set_predicting(work);
    for (size_t from = 0; from < judged->n; from += block) {
        size_t first = judged->index == NULL ? from : 0;
        crs__batch batch = {.n = judged->n - from < block ? judged->n - from : block,
                            .x = crs__net_const_at(net, data->x, first * data->n_features),
                            .y = data->y + first * targets,
                            .weights = weights == NULL ? NULL : weights + first,
                            .load_index = judged->index == NULL ? NULL : judged->index + from};
        crs_status status = crs__batch_load(&batch, work, err);
        if (status != CRS_OK)
            return status;
        crs_net_forward(net, work);
        crs__tally_add(net, work, &batch, tally);
    }
    return CRS_OK;
}
