/* What came back of a trial. */
#include "trial.h"

#include <string.h>

const char *outcome_name(outcome what)
{
    static const char *const names[] = {"named",     "listed",  "unnamed",   "silent",
                                        "undecided", "missed",  "misplaced", "wrong name",
                                        "extra",     "refused", "no trace",  "faint"};
    return names[what];
}

static int lists(const crs_diagnosis_bug *bug, const char *id)
{
    for (size_t i = 0; i < bug->n_also; i++) {
        if (strcmp(bug->also[i].id, id) == 0)
            return 1;
    }
    return 0;
}

/* How near the bug is to where it is: at an array and a layer where it may be seen first, later. */
typedef enum nearness { ELSEWHERE, LATER, AT_ITS_PLACE } nearness;

static nearness how_near(const trial *t, const crs_diagnosis_bug *bug)
{
    kind k;
    size_t l;
    if (!saving_find(&t->v, bug->array, &k, &l) || bug->layer > MAX_LAYERS)
        return ELSEWHERE;
    if (k != K_COST && bug->layer != l && !((t->t.layers | t->t.faint_layers) >> bug->layer & 1))
        return ELSEWHERE;
    return t->t.place[k][l] ? AT_ITS_PLACE : t->t.later[k][l] ? LATER : ELSEWHERE;
}

static outcome of_one(const trial *t, const crs_diagnosis_bug *bug)
{
    const char *id = bug_name(t->bug);
    int unknown = strcmp(bug->id, "unknown") == 0, named = strcmp(bug->id, id) == 0;
    if (how_near(t, bug) != AT_ITS_PLACE)
        return named || unknown || lists(bug, id) ? CAME_MISPLACED : CAME_WRONG;
    if (unknown)
        return CAME_UNNAMED;
    return named ? CAME_NAMED : lists(bug, id) ? CAME_LISTED : CAME_WRONG;
}

/*
 * The best of what came back; and whatever else came back has to be the same bug, or at least
 * at one of its places and without a name.
 */
static outcome of_bugs(const trial *t, const crs_diagnosis *d)
{
    outcome best = CAME_MISSED, worst = CAME_NAMED;
    for (size_t i = 0; i < d->n_bugs; i++) {
        outcome one = of_one(t, &d->bugs[i]);
        best = one < best || i == 0 ? one : best;
        if (one != CAME_MISPLACED || how_near(t, &d->bugs[i]) == ELSEWHERE)
            worst = one > worst ? one : worst;
    }
    if (best <= CAME_UNNAMED && worst > CAME_UNNAMED)
        return worst == CAME_WRONG ? CAME_WRONG : CAME_EXTRA;
    return best;
}

static int has_finding(const trial *t, const crs_diagnosis *d)
{
    for (size_t i = 0; i < d->n_findings; i++) {
        if (strcmp(d->findings[i].id, bug_name(t->bug)) == 0)
            return 1;
    }
    return 0;
}

static int any_mismatch(const crs_diagnosis *d)
{
    for (size_t i = 0; i < d->n_arrays; i++) {
        if (d->arrays[i].verdict == CRS_ARRAY_MISMATCH)
            return 1;
    }
    return 0;
}

/*
 * Where any new parameters may be right: nobody is accused, and of each array that differs it is
 * said how many elements do and why that decides nothing. A match would be false.
 */
static outcome of_open(const trial *t, const crs_diagnosis *d)
{
    size_t differ = 0, said = 0;
    if (d->n_bugs > 0 || any_mismatch(d))
        return CAME_EXTRA;
    for (size_t l = 0; l <= MAX_LAYERS; l++)
        differ += (size_t)t->t.open[K_W_NEW][l] + t->t.open[K_B_NEW][l];
    for (size_t i = 0; i < d->n_arrays; i++) {
        const crs_diagnosis_array *a = &d->arrays[i];
        kind k;
        size_t l;
        said += saving_find(&t->v, a->name, &k, &l) && t->t.open[k][l] &&
                a->verdict == CRS_ARRAY_UNDECIDED && a->n_wrong > 0 && a->reason[0] != '\0';
    }
    return said == differ ? CAME_UNDECIDED : CAME_MISSED;
}

/* Silence about what may be right under another cost: then it is said that the cost was guessed. */
static outcome of_silence(const trial *t, const crs_diagnosis *d)
{
    int guess =
        t->bug == BUG_OUTPUT_EXTRA || t->bug == BUG_OUTPUT_MISSING || t->bug == BUG_LOSS_MISMATCH;
    if (t->expected != EXPECT_MAYBE || any_mismatch(d) || (guess && !d->cost_assumed))
        return CAME_MISSED;
    return CAME_SILENT;
}

static outcome of_diagnosis(const trial *t, const crs_diagnosis *d)
{
    if (t->bug == BUG_COUNT)
        return d->n_bugs > 0 ? CAME_WRONG : any_mismatch(d) ? CAME_EXTRA : CAME_SILENT;
    if (t->expected == EXPECT_FINDING)
        return d->n_bugs > 0 ? CAME_WRONG : has_finding(t, d) ? CAME_NAMED : CAME_MISSED;
    if (t->bug == BUG_COST_NOT_FINITE && d->n_bugs == 0 && has_finding(t, d))
        return CAME_NAMED; /* said either way */
    if (t->expected == EXPECT_OPEN)
        return of_open(t, d);
    return d->n_bugs == 0 ? of_silence(t, d) : of_bugs(t, d);
}

int trial_as_expected(const trial *t, outcome what)
{
    if (what == CAME_NAMED || what == CAME_LISTED || what == CAME_SILENT || what == CAME_UNDECIDED)
        return 1;
    return what == CAME_UNNAMED && t->expected != EXPECT_NAME;
}

/* How many arrays got which verdict; whether the layers that are named are those that have it. */
static void count(trial *t, const crs_diagnosis *d)
{
    unsigned named = 0;
    for (size_t i = 0; i < d->n_arrays; i++)
        t->n_verdicts[d->arrays[i].verdict]++;
    for (size_t i = 0; i < d->n_bugs; i++) {
        const crs_diagnosis_bug *bug = &d->bugs[i];
        named |= bug->layer <= MAX_LAYERS ? 1u << bug->layer : 0;
        for (size_t k = 0; k < bug->n_layers; k++)
            named |= bug->layers[k] <= MAX_LAYERS ? 1u << bug->layers[k] : 0;
    }
    t->layers_told = (t->t.layers & ~named) == 0;
}

outcome trial_judge(trial *t, int print_all)
{
    crs_arrays arrays;
    crs_diagnosis d = {0};
    crs_error err = {0};
    outcome what = CAME_REFUSED;
    if (t->bug != BUG_COUNT && t->expected != EXPECT_FINDING && t->expected != EXPECT_OPEN &&
        !t->t.seen && !print_all)
        return t->t.faint ? CAME_FAINT : CAME_NO_TRACE;
    if (!saving_write(&t->v, &t->wrong, &arrays))
        return CAME_REFUSED;
    if (crs_diagnose_run(&arrays, &t->o.o, &err, &d) == CRS_OK) {
        what = of_diagnosis(t, &d);
        count(t, &d);
    }
    if (print_all) {
        trial_dump(t, &arrays, &d);
        trial_print(t, outcome_name(what), &d, &err);
    } else if (!trial_as_expected(t, what)) {
        trial_print(t, outcome_name(what), &d, &err);
    }
    crs_diagnosis_release(&d);
    crs_arrays_release(&arrays);
    return what;
}
