/*
 * crease/executor.h - where work runs.
 *
 * The library starts no thread of its own accord: a call that can use several
 * takes an executor, and NULL means "in the calling thread". What is computed
 * never depends on it: the split of the work into tasks is fixed by the shape of
 * the problem, so the same seed gives the same bits for any number of threads.
 */
#ifndef CREASE_EXECUTOR_H
#define CREASE_EXECUTOR_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Task `i` of a job; `worker` is in [0, workers) and no two tasks that run at once share it. */
typedef void (*crs_task)(void *arg, size_t i, int worker);

/* One of several jobs that follow each other: n tasks of `task` with `arg`. */
typedef struct crs_phase {
    size_t n;
    crs_task task;
    void *arg;
} crs_phase;

typedef struct crs_executor crs_executor;
struct crs_executor {
    int workers; /* at least 1: how many tasks may run at once */
    /* Run task(arg, i, worker) for every i < n, in any order; return when all are done. */
    void (*run)(const crs_executor *self, size_t n, crs_task task, void *arg);
    void *ctx; /* for `run` and `run_phases`; borrowed */
    /*
     * Run the phases one after the other, the tasks of each in any order: all of a phase are
     * done before the next begins. NULL: `run`, once a phase; what it can save is that threads
     * are called together once and not once a phase.
     */
    void (*run_phases)(const crs_executor *self, size_t n, const crs_phase *phases);
};

/* The executor that runs everything in the calling thread. */
CRS_API void crs_executor_serial(crs_executor *out);

/*
 * An executor over OpenMP with `threads` threads; 0 takes as many as the
 * process may use. Without OpenMP in the build it is the serial one.
 * Absent from the wasm build.
 */
CRS_API void crs_executor_threads(int threads, crs_executor *out);

/* Run a job on `executor`, or in the calling thread where it is NULL. */
CRS_API void crs_executor_run(const crs_executor *executor, size_t n, crs_task task, void *arg);

/* Run n phases on `executor`, or in the calling thread where it is NULL. */
CRS_API void crs_executor_run_phases(const crs_executor *executor, size_t n,
                                     const crs_phase *phases);

/* executor->workers, or 1 for NULL. */
CRS_API int crs_executor_workers(const crs_executor *executor);

#ifdef __cplusplus
}
#endif
#endif
