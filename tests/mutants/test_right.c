/*
 * Right nets, plain and odd: not one bug, not one mismatch, no refusal.
 *
 * CREASE_TEST_EFFORT=50 tries 10,000 nets. A failure is one line; CREASE_MUTANT with what it
 * begins with runs it alone:
 *
 *     CREASE_MUTANT=right-on-kinks:3:all build/release-gcc/tests/mutants_test_right
 */
#include "cmocka_all.h"
#include "effort.h"
#include "right.h"

#include <stdio.h>
#include <string.h>

enum { NETS = 200, NETS_A_VARIANT = 6, LARGEST_M = 1000 };

typedef struct counts {
    size_t nets, alarms, refused, verdicts[CRS_ARRAY_NOT_GIVEN + 1];
    size_t
        undecided_of_all; /* where everything is saved, there is nothing that cannot be decided */
} counts;

static void try_one(trial *t, const right_variant *variant, uint64_t seed, subset which,
                    counts *sum)
{
    outcome what;
    trial_make_right(t, variant, seed, which, LARGEST_M);
    what = trial_judge(t, 0);
    sum->nets++;
    sum->alarms += what != CAME_SILENT && what != CAME_REFUSED;
    sum->refused += what == CAME_REFUSED;
    for (size_t i = 0; i <= CRS_ARRAY_NOT_GIVEN; i++)
        sum->verdicts[i] += t->n_verdicts[i];
    if (which == SAVE_ALL)
        sum->undecided_of_all += t->n_verdicts[CRS_ARRAY_UNDECIDED];
}

static void print_counts(const char *name, const counts *sum)
{
    printf("%-34s nets %6zu, alarms %zu, refused %zu; arrays:", name, sum->nets, sum->alarms,
           sum->refused);
    for (size_t i = 0; i <= CRS_ARRAY_NOT_GIVEN; i++)
        printf(" %s %zu", crs_array_verdict_name((crs_array_verdict)i), sum->verdicts[i]);
    printf(", undecided where all is saved %zu\n", sum->undecided_of_all);
    fflush(stdout);
}

static trial *open_trial(void)
{
    trial *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_true(trial_open(t));
    return t;
}

static void test_right_though_odd__is_silent(void **unused)
{
    trial *t = open_trial();
    size_t alarms = 0;
    (void)unused;
    for (size_t i = 1; right_variant_at(i) != NULL; i++) {
        counts sum = {0, 0, 0, {0}, 0};
        for (uint64_t seed = 0; seed < nets_to_try(NETS_A_VARIANT); seed++) {
            for (int which = 0; which < SUBSET_COUNT; which++)
                try_one(t, right_variant_at(i), seed, (subset)which, &sum);
        }
        print_counts(right_variant_at(i)->name, &sum);
        alarms += sum.alarms + sum.refused;
        assert_true(sum.verdicts[CRS_ARRAY_MATCH] > 0); /* silence that came from looking */
    }
    trial_close(t);
    free(t);
    assert_int_equal(alarms, 0);
}

/* Of any kind, a third of them with z exactly on kinks, a third within 1e-12 of them. */
static void test_right_nets__give_no_alarm(void **unused)
{
    trial *t = open_trial();
    counts sum = {0, 0, 0, {0}, 0};
    const right_variant *any = right_variant_at(0), *on = NULL, *near = NULL;
    (void)unused;
    for (size_t i = 0; right_variant_at(i) != NULL; i++) {
        on = strcmp(right_variant_at(i)->name, "right-on-kinks") == 0 ? right_variant_at(i) : on;
        near =
            strcmp(right_variant_at(i)->name, "right-near-kinks") == 0 ? right_variant_at(i) : near;
    }
    assert_true(on != NULL && near != NULL);
    for (uint64_t seed = 0; seed < nets_to_try(NETS); seed++)
        try_one(t,
                seed % 3 == 0   ? any
                : seed % 3 == 1 ? on
                                : near,
                1000 + seed, (subset)(seed / 3 % SUBSET_COUNT), &sum);
    print_counts("right nets", &sum);
    trial_close(t);
    free(t);
    assert_int_equal(sum.alarms + sum.refused, 0);
    assert_true(sum.verdicts[CRS_ARRAY_MATCH] > 10 * sum.nets / 2);
}

static int run_one(const char *text)
{
    char id[64] = {0}, which[16] = "all";
    unsigned long long seed = 0;
    trial *t = malloc(sizeof *t);
    int status = 2;
    sscanf(text, "%63[^:]:%llu:%15s", id, &seed, which);
    if (t == NULL || !trial_open(t))
        goto out;
    for (size_t i = 0; right_variant_at(i) != NULL; i++) {
        for (int s = 0; s < SUBSET_COUNT; s++) {
            if (strcmp(right_variant_at(i)->name, id) != 0 ||
                strcmp(subset_name((subset)s), which) != 0)
                continue;
            trial_make_right(t, right_variant_at(i), seed, (subset)s, LARGEST_M);
            status = trial_judge(t, 1) != CAME_SILENT;
        }
    }
    if (status == 2)
        fprintf(stderr, "CREASE_MUTANT=ID:SEED:SUBSET, not %s\n", text);
    trial_close(t);
out:
    free(t);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_though_odd__is_silent),
        cmocka_unit_test(test_right_nets__give_no_alarm),
    };
    const char *one = getenv("CREASE_MUTANT");
    if (one != NULL)
        return run_one(one);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
