/*
 * One trial: a net drawn from a seed, a bug in it or none, what is saved of it, and what the
 * diagnosis has to say about that.
 */
#ifndef TESTS_MUTANTS_TRIAL_H
#define TESTS_MUTANTS_TRIAL_H

#include "learner.h"
#include "random_inputs.h"

#include <crease/diagnose.h>

/* True in so many cases of a hundred. */
static inline int percent(uint64_t *random, unsigned of_a_hundred)
{
    return random_below(random, 100) < of_a_hundred;
}

/* ---- what a bug needs (setting.c, plan.c, table.c) ---- */

/* A net that is right: any of all there are. `largest_m` bounds the batch. */
void setting_draw_act(crs_act *act, uint64_t *random);
void setting_draw(setting *s, uint64_t *random, size_t largest_m);
/* A net in which the bug can act, and where it does. */
void plan_bug(bug_id bug, uint64_t *random, setting *s, plant *p);

/* The arrays whose own formula the bug spoils: AT() of kinds, in the layers of the plant. */
uint64_t bug_sites(const run *r);

/* ---- what is saved (save.c) ---- */

typedef enum subset {
    SAVE_ALL,      /* everything */
    SAVE_NOTEBOOK, /* X, Y, parameters, cache, grads: no dA, no cost, dZ in half of them */
    SAVE_GRADS,    /* X, Y, W, b, dW, db */
    SAVE_SOME,     /* X, Y, W, b and any of the rest */
    SUBSET_COUNT
} subset;
const char *subset_name(subset which);

typedef enum naming { NAMES_COURSE, NAMES_LOWER, NAMES_TORCH, NAMES_FC, NAMINGS } naming;

typedef struct saving {
    subset which;
    naming names;
    int rows;      /* samples along rows */
    int w_in_out;  /* W as [in, out] */
    int b_shape;   /* (n,), (n, 1), (1, n) */
    int y_shape;   /* 0: as A; 1: (m,); 2: (1, m); 3: (m, 1), of indices where there are classes */
    int y_classes; /* indices in place of one-hot */
    int cost_name; /* cost, J, loss */
    int x_is_a0;
    int strangers; /* arrays that nobody knows */
    unsigned char kept[KIND_COUNT][MAX_LAYERS + 1];
} saving;

void saving_draw(saving *v, const run *r, subset which, uint64_t *random);
void saving_name(const saving *v, kind k, size_t layer, char text[64]);
/* The kind and layer of an array of this name; 0 if none. */
int saving_find(const saving *v, const char *name, kind *k, size_t *layer);
int saving_write(const saving *v, const run *r, crs_arrays *out);
const char *kind_text(kind k);

/* ---- what it leaves behind (trace.c) ---- */

typedef struct trace {
    /* where the diagnosis may see it first, over all planted layers */
    unsigned char place[KIND_COUNT][MAX_LAYERS + 1];
    /* where else it may: nothing saved lies between */
    unsigned char later[KIND_COUNT][MAX_LAYERS + 1];
    unsigned layers;       /* bits: planted layers of which something must be seen */
    unsigned faint_layers; /* ... or may be */
    int seen;              /* some place is there */
    /* new parameters that differ, though any step with moments nobody saved may give them */
    unsigned char open[KIND_COUNT][MAX_LAYERS + 1];
    int seen_open;
    int faint; /* there is a difference, too small for any bound to tell from rounding */
} trace;
void trace_find(const run *right, const run *wrong, const saving *v, trace *t);

/* ---- a trial and its outcome (judge.c) ---- */

typedef struct told {
    crs_diagnose_options o;
    crs_act acts[MAX_LAYERS];
    int cost_known; /* told by the options */
} told;

typedef enum expectation {
    EXPECT_NAME,   /* by name, or listed beside an equal one */
    EXPECT_FLAG,   /* something is wrong at the place; its name cannot be told */
    EXPECT_MAYBE,  /* a right reading exists: silence is right, and so is the name */
    EXPECT_OPEN,   /* nothing to be said but that it cannot be decided, and why */
    EXPECT_FINDING /* no bug: a finding of that name */
} expectation;

typedef enum outcome {
    CAME_NAMED,
    CAME_LISTED,
    CAME_UNNAMED,   /* "unknown", at the place */
    CAME_SILENT,    /* where silence is right */
    CAME_UNDECIDED, /* where nobody can tell */
    CAME_MISSED,    /* silent, where it is not */
    CAME_MISPLACED, /* flagged, elsewhere */
    CAME_WRONG,     /* another name */
    CAME_EXTRA,     /* right, and something else that is not there */
    CAME_REFUSED,   /* an error */
    CAME_NO_TRACE,
    CAME_FAINT,
    OUTCOMES
} outcome;
const char *outcome_name(outcome what);

/* A right net: `fit` (may be NULL) changes what was drawn, `fit_saving` how it is saved. */
typedef struct right_variant {
    const char *name;
    void (*fit)(setting *s, uint64_t *random);
    void (*fit_saving)(saving *v, const run *r, uint64_t *random);
} right_variant;

typedef struct trial {
    bug_id bug;                   /* BUG_COUNT: none, a right net */
    const right_variant *variant; /* of which kind */
    uint64_t seed;
    subset which;
    setting s;
    plant p;
    arena memory;
    run right, wrong, before;
    saving v;
    told o;
    trace t;
    expectation expected;
    /* of the last diagnosis: how arrays were judged, and whether every planted layer was told */
    size_t n_verdicts[CRS_ARRAY_NOT_GIVEN + 1];
    int layers_told;
} trial;

int trial_open(trial *t); /* its memory; 0 if there is none */
void trial_close(trial *t);
/* Everything up to the arrays, from (bug, seed, subset). */
void trial_make(trial *t, bug_id bug, uint64_t seed, subset which);
void trial_make_right(trial *t, const right_variant *variant, uint64_t seed, subset which,
                      size_t largest_m);
/* Diagnose it; prints a line if that is not as expected, or with `print_all` everything. */
outcome trial_judge(trial *t, int print_all);
/* 1 if nothing is wrong with that outcome. */
int trial_as_expected(const trial *t, outcome what);

void options_draw(trial *t, uint64_t *random);
expectation expect(const trial *t);
/* One line about the trial. */
void trial_print(const trial *t, const char *why, const crs_diagnosis *d, const crs_error *err);
/* Everything about it. */
void trial_dump(const trial *t, const crs_arrays *arrays, const crs_diagnosis *d);

#endif
