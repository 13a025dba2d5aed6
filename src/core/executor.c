#include <crease/executor.h>

static void run_serial(const crs_executor *self, size_t n, crs_task task, void *arg)
{
    (void)self;
    for (size_t i = 0; i < n; i++)
        task(arg, i, 0);
}

void crs_executor_serial(crs_executor *out)
{
    if (out == NULL)
        return;
    out->workers = 1;
    out->run = run_serial;
    out->ctx = NULL;
    out->run_phases = NULL;
}

void crs_executor_run(const crs_executor *executor, size_t n, crs_task task, void *arg)
{
    if (task == NULL)
        return;
    if (executor == NULL)
        run_serial(NULL, n, task, arg);
    else
        executor->run(executor, n, task, arg);
}

void crs_executor_run_phases(const crs_executor *executor, size_t n, const crs_phase *phases)
{
    if (n > 0 && phases == NULL)
        return;
    if (executor != NULL && executor->run_phases != NULL) {
        executor->run_phases(executor, n, phases);
        return;
    }
    for (size_t i = 0; i < n; i++)
        crs_executor_run(executor, phases[i].n, phases[i].task, phases[i].arg);
}

int crs_executor_workers(const crs_executor *executor)
{
    return executor == NULL ? 1 : executor->workers;
}
