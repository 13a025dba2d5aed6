#include <crease/fleet.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "net/small.h"

#include <math.h>

static void run_one(crs_fleet_run *run, const crs_executor *executor, crs_error *err)
{
    crs_train_config config = run->train;
    config.executor = executor;
    run->score.cost = run->score.accuracy = NAN;
    run->status = crs_train(run->net, run->data, &config, err);
    if (run->status == CRS_OK)
        run->status = crs_evaluate(run->net, run->data, executor, err, &run->score);
}

typedef struct fleet {
    crs_fleet_run *runs;
    const size_t *index; /* of the runs that share the threads */
    crs_error *errors;   /* one a run */
} fleet;

static void fleet_task(void *arg, size_t i, int worker)
{
    const fleet *f = arg;
    size_t run = f->index[i];
    (void)worker;
    run_one(&f->runs[run], NULL, &f->errors[run]);
}

crs_status crs_fleet_train(size_t n, crs_fleet_run *runs, const crs_executor *executor,
                           crs_error *err)
{
    if (n > 0 && runs == NULL)
        return crs__null_argument(err, __func__);
    size_t n_small = 0, *index = crs__alloc(n, sizeof *index);
    crs_error *errors = crs__alloc(n, sizeof *errors);
    fleet f = {runs, index, errors};
    crs_status status = CRS_OK;
    if (n > 0 && (index == NULL || errors == NULL)) {
        status = crs_error_set(err, CRS_ENOMEM, "no memory for %zu runs", n);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        if (runs[i].net != NULL && crs__small_fits(runs[i].net))
            index[n_small++] = i;
    }
    crs_executor_run(executor, n_small, fleet_task, &f);
    for (size_t i = 0; i < n; i++) {
        if (runs[i].net == NULL || !crs__small_fits(runs[i].net))
            run_one(&runs[i], executor, &errors[i]);
        if (runs[i].status != CRS_OK && status == CRS_OK)
            status =
                crs_error_set(err, runs[i].status, "run %zu of %zu: %s", i + 1, n, errors[i].text);
    }
out:
    crs__free(index);
    crs__free(errors);
    return status;
}
