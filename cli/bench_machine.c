/* crease bench: the machine's own limits, arithmetic and memory. */
#include "bench.h"
#include "message.h"

#include <crease/bench.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double bench_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- arithmetic ------------------------------------------------------------------------- */

typedef struct fma_job {
    crs_dtype dtype;
    size_t rounds;
} fma_job;

static void fma_task(void *arg, size_t i, int worker)
{
    const fma_job *job = arg;
    double sum;
    (void)i, (void)worker;
    (void)crs_peak_fma(job->dtype, job->rounds, &sum);
}

static double flop_of_a_round(crs_dtype dtype)
{
    double sum;
    return crs_peak_fma(dtype, 1, &sum);
}

static double fma_seconds(crs_dtype dtype, const crs_executor *executor, size_t rounds)
{
    fma_job job = {dtype, rounds};
    double start = bench_now();
    crs_executor_run(executor, (size_t)crs_executor_workers(executor), fma_task, &job);
    return bench_now() - start;
}

/*
 * The best of a few: what disturbs a short measurement makes it worse, never better. The
 * first is shorter still, and pays for waking the threads.
 */
double bench_peak(crs_dtype dtype, const crs_executor *executor, double seconds)
{
    enum { TRIES = 3, FIRST = 2000 };
    double took = fma_seconds(dtype, executor, FIRST);
    double times = fmin(fmax(seconds / TRIES / fmax(took, 1e-6), 1), 1e3);
    size_t rounds = (size_t)(FIRST * times);
    double least = took * times;
    for (int i = 0; i < TRIES; i++)
        least = fmin(least, fma_seconds(dtype, executor, rounds));
    return flop_of_a_round(dtype) * (double)rounds * executor->workers / least;
}

enum { FMA_ROUNDS = 500000 }; /* a millisecond or so: waking threads is nothing beside it */

static exit_status fma_run(bench_case *c)
{
    (void)fma_seconds(c->dtype, &c->executor, FMA_ROUNDS);
    return EXIT_DONE;
}

static const bench_kind fma_kind = {NULL, fma_run, NULL, NULL};

static void add_fma(bench_list *list, crs_dtype dtype, const crs_executor *executor)
{
    bench_case *c = bench_add(list, "machine", &fma_kind, 0, executor, "fma-%s-%d",
                              crs_dtype_name(dtype), executor->workers);
    if (c == NULL)
        return;
    (void)snprintf(c->what, sizeof c->what, "fused multiply-adds in registers");
    c->unit = "operation";
    c->units = (double)FMA_ROUNDS * flop_of_a_round(dtype) * executor->workers;
    c->flop = 1;
    c->dtype = dtype;
}

/* ---- memory ------------------------------------------------------------------------------- */

typedef struct read_state {
    size_t bytes;  /* read in one pass, per thread: what lies in the cache in question */
    size_t passes; /* so that a block is long enough to time */
    float *x;      /* [workers * bytes] */
} read_state;

static void read_task(void *arg, size_t i, int worker)
{
    const read_state *s = arg;
    double sum;
    size_t n = s->bytes / sizeof *s->x;
    (void)worker;
    (void)crs_peak_read(CRS_F32, n, s->x + i * n, s->passes, &sum);
}

static exit_status read_prepare(bench_case *c)
{
    read_state *s = c->state;
    size_t bytes = s->bytes * (size_t)c->executor.workers;
    s->x = aligned_alloc(64, bytes);
    if (s->x == NULL)
        return fail(EXIT_SYSTEM, BENCH_NAME, "no memory for %zu MB to read", bytes >> 20);
    memset(s->x, 0, bytes); /* pages that were never written are all the same one */
    return EXIT_DONE;
}

static exit_status read_run(bench_case *c)
{
    crs_executor_run(&c->executor, (size_t)c->executor.workers, read_task, c->state);
    return EXIT_DONE;
}

static void read_release(void *state)
{
    read_state *s = state;
    free(s->x);
    free(s);
}

static const bench_kind read_kind = {read_prepare, read_run, NULL, read_release};

static void add_read(bench_list *list, const char *place, size_t bytes,
                     const crs_executor *executor)
{
    enum { BLOCK = 256 << 20 };
    bench_case *c = bench_add(list, "machine", &read_kind, sizeof(read_state), executor,
                              "read-%s-%d", place, executor->workers);
    read_state *s;
    if (c == NULL)
        return;
    s = c->state;
    s->bytes = bytes / 4096 * 4096;
    s->passes = s->bytes < BLOCK ? BLOCK / s->bytes : 1;
    (void)snprintf(c->what, sizeof c->what, "reading %zu kB again and again", s->bytes >> 10);
    c->unit = "byte";
    c->units = (double)s->bytes * (double)s->passes * executor->workers;
    c->bytes = 1;
    c->dtype = CRS_F32;
}

/* What the C library says of a cache, where it has a sensible size; else `fallback`. */
static size_t cache_size(int name, size_t fallback)
{
    long bytes = name < 0 ? 0 : sysconf(name);
    return bytes > 0 ? (size_t)bytes : fallback;
}

#ifndef _SC_LEVEL1_DCACHE_SIZE
#define _SC_LEVEL1_DCACHE_SIZE (-1)
#define _SC_LEVEL2_CACHE_SIZE (-1)
#endif

void bench_add_machine(bench_list *list)
{
    size_t l1 = cache_size(_SC_LEVEL1_DCACHE_SIZE, (size_t)32 << 10);
    size_t l2 = cache_size(_SC_LEVEL2_CACHE_SIZE, (size_t)512 << 10);
    const crs_executor *threads[] = {list->one, list->all};
    size_t n = list->all->workers > 1 ? 2 : 1;
    for (size_t t = 0; t < n; t++) {
        add_fma(list, CRS_F32, threads[t]);
        add_fma(list, CRS_F64, threads[t]);
    }
    for (size_t t = 0; t < n; t++) {
        add_read(list, "l1", l1 / 2, threads[t]);
        add_read(list, "l2", l2 / 2, threads[t]);
        /* a virtual machine may name the L3 of the whole host: four L2 are in the smallest share */
        add_read(list, "l3", 4 * l2, threads[t]);
        add_read(list, "dram", (size_t)128 << 20, threads[t]);
    }
}
