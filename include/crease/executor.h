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
 * An executor with a team of `threads` workers: the calling thread and threads of the library's
 * own; 0 takes as many as the process may use CPUs. The threads are started by the first job that
 * has work for them, and go on until crs_executor_release. Where the system gives fewer, those do
 * the work; the results are the same. Signals are blocked in them.
 *
 * Between two jobs they look for the next one for some 50 microseconds, offer their CPU to others
 * for as long again, and sleep.
 *
 * Any thread may run jobs on the executor. One job uses the team at a time: a job that is started
 * while another runs (by another thread, or by a task of the running one) runs in the thread that
 * starts it. After fork() the executor works in the child too, which starts threads of its own;
 * a task must not fork and go on there.
 *
 * Absent from the wasm build. Errors: CRS_ENOMEM (*out is the serial executor then).
 */
CRS_API crs_status crs_executor_threads(int threads, crs_executor *out);

/*
 * End the threads of an executor and free what it has; it is the serial one then. NULL, and one
 * that has no threads, are fine. No job may run on it. Copies of the struct share the team: release
 * one of them, after the last job on any.
 */
CRS_API void crs_executor_release(crs_executor *executor);

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
