/*
 * bench.h - what `crease bench` times: a list of cases, taken turn by turn.
 */
#ifndef BENCH_H
#define BENCH_H

#include "command.h"

#include <crease/data.h>
#include <crease/executor.h>

#include <jansson.h>

#include <stdbool.h>

#define BENCH_NAME "bench"
#define BENCH_ROUNDS 5
#define BENCH_MAX_CASES 80

typedef struct bench_case bench_case;

/* What one kind of case does. `state` is the case's own; `run` does one block. */
typedef struct bench_kind {
    exit_status (*prepare)(bench_case *c); /* before the first block; NULL: nothing to do */
    exit_status (*run)(bench_case *c);
    exit_status (*judge)(bench_case *c); /* after the last block: is what came out right? */
    void (*release)(void *state);        /* NULL: free() */
} bench_kind;

struct bench_case {
    const char *group; /* "planar" */
    char name[48];     /* "planar-20-f32" */
    char what[160];    /* "2-20-1, 400 samples, full batch" */
    const char *unit;  /* what is counted: "iteration", "sample", "net", ... */
    const bench_kind *kind;
    void *state;
    double units;       /* in a block */
    double flop, bytes; /* of a unit; 0: not what limits it */
    crs_dtype dtype;
    crs_executor executor;
    bool selected; /* is to be timed */

    /* what came out, NAN where it has no meaning */
    double cost, accuracy;
    char result[96]; /* in words, or "" */

    /* a round is a block or several: seconds of a unit, and the FMA peak just before, FLOP/s */
    size_t repeats, n_rounds;
    double seconds[BENCH_ROUNDS], peak[BENCH_ROUNDS];
};

/* Median, least and most of the rounds; `share` of the peak is the median of the rounds' own. */
typedef struct bench_figures {
    double seconds, least, most; /* of a unit */
    double peak;                 /* FLOP/s */
    double share;                /* NAN where no arithmetic was counted */
} bench_figures;

bench_figures bench_figures_of(const bench_case *c);

/* Whether a case is a limit of the machine, and not work of crease's. */
bool bench_is_limit(const bench_case *c);

/* How many processes waited for a CPU in the last minute; NAN where nothing tells. */
double bench_load(void);

typedef struct bench_list {
    size_t n;
    bool full; /* a case found no room */
    bench_case cases[BENCH_MAX_CASES];
    const crs_executor *one, *all; /* one thread, and as many as were asked for */
} bench_list;

/*
 * The next case of `group` with a zeroed state of `size` bytes, to be filled in; its name
 * is made from the format. NULL, and list->full, where there is no memory or room for it.
 */
bench_case *bench_add(bench_list *list, const char *group, const bench_kind *kind, size_t size,
                      const crs_executor *executor, const char *name, ...) CRS_PRINTF(6, 7);

/* Each file adds its cases. */
void bench_add_machine(bench_list *list);
void bench_add_train(bench_list *list);
void bench_add_forward(bench_list *list);
void bench_add_rules(bench_list *list);
void bench_add_start(bench_list *list);

/* The FMA peak of `executor`'s threads together, FLOP/s, from about `seconds` of work. */
double bench_peak(crs_dtype dtype, const crs_executor *executor, double seconds);

/* Seconds of a clock that only goes forward. */
double bench_now(void);

/* ---- bench_data.c: generated data of the right shape -------------------------------- */

/*
 * `classes` clouds round centers of 0.1 randn in `features` dimensions, the noise 1,
 * sample i of class i mod `classes`: RandomState(seed), centers first, then the samples.
 */
crs_status bench_clouds(size_t samples, size_t features, size_t classes, uint32_t seed,
                        crs_dtype dtype, crs_error *err, crs_dataset *out);
void bench_clouds_release(crs_dataset *data);

/* ---- what is shown ------------------------------------------------------------------ */

/* How the run was taken. */
typedef struct bench_setting {
    double seconds; /* asked for, a case */
    double load;    /* of the machine when it began; NAN where nothing tells */
    int threads;
} bench_setting;

void bench_print(const bench_list *list, const bench_setting *setting);
json_t *bench_json(const bench_list *list, const bench_setting *setting);

#endif
