/* The only file that knows of threads; the wasm build leaves it out. */
#include <crease/executor.h>

#ifdef _OPENMP
#include <omp.h>

static void run_openmp(const crs_executor *self, size_t n, crs_task task, void *arg)
{
    if (n < 2) { /* no team for a single task */
        if (n == 1)
            task(arg, 0, 0);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(self->workers)
    for (size_t i = 0; i < n; i++)
        task(arg, i, omp_get_thread_num());
}
#endif

void crs_executor_threads(int threads, crs_executor *out)
{
    crs_executor_serial(out);
#ifdef _OPENMP
    if (threads <= 0)
        threads = omp_get_num_procs();
    if (threads > 1) {
        out->workers = threads;
        out->run = run_openmp;
    }
#else
    (void)threads;
#endif
}
