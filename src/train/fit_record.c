/* What becomes of an epoch that ended: a record, and whether the training goes on. */
#include "core/memory.h"
#include "train/fit.h"

#include <math.h>
#include <string.h>

int crs__fit_is_recorded(const crs_fit *fit, uint64_t epoch)
{
    return epoch % fit->config.every == 0 || epoch + 1 == fit->config.epochs;
}

crs_status crs__fit_reserve_records(crs_fit *fit, size_t n)
{
    crs_fit_record *more;
    size_t room = fit->records_room == 0 ? 16 : fit->records_room;
    if (n <= fit->records_room)
        return CRS_OK;
    while (room < n)
        room *= 2;
    more = crs__alloc(room, sizeof *more);
    if (more == NULL)
        return CRS_ENOMEM;
    if (fit->n_records > 0)
        memcpy(more, fit->records, fit->n_records * sizeof *more);
    crs__free(fit->records);
    fit->records = more;
    fit->records_room = room;
    return CRS_OK;
}

static void copy_net(const crs_fit *fit, void *params, void *running, int back)
{
    crs_net *net = fit->net;
    size_t size = net->kernels->size, n = net->n_params * size;
    size_t kept = crs_net_n_running(net) * size;
    memcpy(back ? net->params : params, back ? params : net->params, n);
    if (kept > 0)
        memcpy(back ? crs_net_running(net) : running, back ? running : crs_net_running(net), kept);
}

static crs_status measure(crs_fit *fit, crs_fit_record *record, crs_error *err)
{
    crs_status status;
    *record = (crs_fit_record){.epoch = (double)fit->epoch,
                               .lr = fit->last_lr,
                               .cost = crs__tally_cost(&fit->tally),
                               .metric = crs__tally_metric(fit->net, &fit->tally, &fit->train),
                               .valid_cost = NAN,
                               .valid_metric = NAN,
                               .kink_hits = fit->tally.kink_hits,
                               .dead_units = crs__tally_dead(fit->net, &fit->tally)};
    if (fit->valid.n == 0)
        return CRS_OK;
    status = crs__judged_measure(fit->net, &fit->valid, NULL, fit->judge, &fit->tally, err);
    record->valid_cost = crs__tally_cost(&fit->tally);
    record->valid_metric = crs__tally_metric(fit->net, &fit->tally, &fit->valid);
    return status;
}

/* Is this the best so far, or has patience run out? */
static void consider(crs_fit *fit, const crs_fit_record *record)
{
    double cost = fit->valid.n > 0 ? record->valid_cost : record->cost;
    crs_plateau_see(&fit->config.schedule, &fit->plateau, cost);
    if (fit->best == SIZE_MAX || cost < fit->best_cost) {
        fit->best = fit->n_records - 1;
        fit->best_cost = cost;
        fit->waited = 0;
        if (fit->best_params != NULL)
            copy_net(fit, fit->best_params, fit->best_running, 0);
    } else if (++fit->waited >= fit->config.patience && fit->config.patience > 0) {
        fit->end = CRS_FIT_STOPPED_EARLY;
    }
    if (!isfinite(record->cost) || (fit->valid.n > 0 && !isfinite(record->valid_cost)))
        fit->end = CRS_FIT_DIVERGED;
}

crs_status crs__fit_end_epoch(crs_fit *fit, crs_error *err)
{
    if (crs__fit_is_recorded(fit, fit->epoch) || fit->end != CRS_FIT_GOES_ON) {
        crs_status status = crs__fit_reserve_records(fit, fit->n_records + 1);
        if (status != CRS_OK)
            return crs_error_set(err, status, "no memory for the record of epoch %llu",
                                 (unsigned long long)fit->epoch);
        status = measure(fit, &fit->records[fit->n_records], err);
        if (status != CRS_OK)
            return status;
        fit->n_records++;
        consider(fit, &fit->records[fit->n_records - 1]);
    }
    fit->epoch++;
    if (fit->end == CRS_FIT_GOES_ON && fit->epoch == fit->config.epochs)
        fit->end = CRS_FIT_ALL_EPOCHS;
    if (fit->end != CRS_FIT_GOES_ON && fit->end != CRS_FIT_DIVERGED && fit->best_params != NULL)
        copy_net(fit, fit->best_params, fit->best_running, 1);
    crs__tally_clear(fit->net, &fit->tally);
    fit->feed.at = 0;
    return CRS_OK;
}
