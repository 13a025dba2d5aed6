/* The only file that knows of threads; the wasm build leaves it out. */
#include <crease/executor.h>

#ifdef _OPENMP
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>

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

/* Where the threads of a team wait for each other. */
typedef struct meeting {
    atomic_uint arrived, round;
} meeting;

/*
 * A few microseconds of looking are cheaper than sleep and waking; after them the core is left to
 * others, who may be what is waited for. (OpenMP's own barrier looks for a millisecond.)
 */
static void meet(meeting *m, unsigned team)
{
    enum { LOOKS = 4000 };
    unsigned round = atomic_load(&m->round);
    if (atomic_fetch_add(&m->arrived, 1) + 1 == team) {
        atomic_store(&m->arrived, 0);
        atomic_fetch_add(&m->round, 1);
        return;
    }
    for (int looks = 0; atomic_load_explicit(&m->round, memory_order_acquire) == round; looks++) {
        if (looks >= LOOKS)
            (void)sched_yield();
#if defined(__x86_64__) || defined(__i386__)
        else
            __builtin_ia32_pause();
#endif
    }
}

/*
 * Task i always goes to the same thread, so that a piece of a matrix stays in the cache of
 * the core that had it in the phase before.
 */
static void run_phases_openmp(const crs_executor *self, size_t n, const crs_phase *phases)
{
    meeting m = {0, 0};
#pragma omp parallel num_threads(self->workers)
    {
        int me = omp_get_thread_num();
        size_t team = (size_t)omp_get_num_threads();
        for (size_t p = 0; p < n; p++) {
            for (size_t i = (size_t)me; i < phases[p].n; i += team)
                phases[p].task(phases[p].arg, i, me);
            if (p + 1 < n && team > 1)
                meet(&m, (unsigned)team);
        }
    }
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
        out->run_phases = run_phases_openmp;
    }
#else
    (void)threads;
#endif
}
