/* One trial, from its seed to its arrays. */
#include "random_inputs.h"
#include "trial.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 6000000 }; /* numbers of three runs of the largest net */

int trial_open(trial *t)
{
    memset(t, 0, sizeof *t);
    t->memory.v = malloc(ROOM * sizeof(double));
    t->memory.room = t->memory.v != NULL ? ROOM : 0;
    return t->memory.v != NULL;
}

void trial_close(trial *t)
{
    free(t->memory.v);
}

static void reset(trial *t)
{
    const arena memory = {t->memory.v, 0, t->memory.room};
    memset(t, 0, sizeof *t);
    t->memory = memory;
    t->right.s = t->wrong.s = t->before.s = &t->s;
    t->right.memory = t->wrong.memory = t->before.memory = &t->memory;
    t->bug = BUG_COUNT;
}

static uint64_t stream_of(const char *name, uint64_t seed, subset which)
{
    uint64_t state = seed * 0x100000001b3u + 0x9e3779b97f4a7c15u * (uint64_t)which;
    for (; *name != '\0'; name++)
        state = state * 0x100000001b3u + (uint64_t)*name;
    return random_bits(&state);
}

/* The gradient at the parameters one step earlier. */
static void step_before(trial *t)
{
    learner_share(&t->before, &t->right);
    for (size_t l = 1; l <= t->s.n_layers; l++) {
        matrix w = t->right.at[K_W][l], moved = w;
        moved.v = t->memory.v + t->memory.used;
        t->memory.used += w.rows * w.cols;
        for (size_t i = 0; i < w.rows * w.cols; i++)
            moved.v[i] = t->s.f32 ? (double)(float)(1.2 * w.v[i] - 0.1) : 1.2 * w.v[i] - 0.1;
        t->before.at[K_W][l] = moved;
    }
    learner_step(&t->before);
    for (size_t l = 1; l <= t->s.n_layers; l++) {
        t->right.at[K_DW_PREV][l] = t->before.at[K_DW][l];
        t->right.at[K_DB_PREV][l] = t->before.at[K_DB][l];
    }
}

static void run_right(trial *t, uint64_t *random)
{
    learner_draw(&t->right, random);
    if (t->s.previous && !t->s.pool)
        step_before(t);
    learner_step(&t->right);
}

void trial_make(trial *t, bug_id bug, uint64_t seed, subset which)
{
    uint64_t random = stream_of(bug_name(bug), seed, which);
    reset(t);
    t->bug = bug;
    t->seed = seed;
    t->which = which;
    plan_bug(bug, &random, &t->s, &t->p);
    run_right(t, &random);
    t->wrong.p = &t->p;
    learner_share(&t->wrong, &t->right);
    learner_step(&t->wrong);
    saving_draw(&t->v, &t->wrong, which, &random);
    options_draw(t, &random);
    trace_find(&t->right, &t->wrong, &t->v, &t->t);
    t->expected = expect(t);
}

void trial_make_right(trial *t, const right_variant *variant, uint64_t seed, subset which,
                      size_t largest_m)
{
    uint64_t random = stream_of(variant->name, seed, which);
    reset(t);
    t->variant = variant;
    t->seed = seed;
    t->which = which;
    setting_draw(&t->s, &random, largest_m);
    if (variant->fit != NULL)
        variant->fit(&t->s, &random);
    run_right(t, &random);
    t->wrong = t->right;
    saving_draw(&t->v, &t->right, which, &random);
    if (variant->fit_saving != NULL)
        variant->fit_saving(&t->v, &t->right, &random);
    options_draw(t, &random);
}
