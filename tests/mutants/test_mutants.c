/*
 * Bugs planted in right code, on random nets, saved in four ways: each must come back under its
 * name, or listed beside one that gives the same arrays; strangers must be placed and not named.
 *
 * CREASE_TEST_EFFORT=5 plants each bug in 50 nets. A failure is one line, which begins with what
 * runs it alone and prints all of it:
 *
 *     CREASE_MUTANT=mask-always-true:17:grads build/release-gcc/tests/mutants_test_mutants
 */
#include "cmocka_all.h"
#include "effort.h"
#include "trial.h"

#include <stdio.h>
#include <string.h>

enum { NETS = 10 };

typedef struct tally {
    size_t n[OUTCOMES], counted, nameable, fine, layers_off;
} tally;

static void add(tally *sum, const tally *one)
{
    for (size_t i = 0; i < OUTCOMES; i++)
        sum->n[i] += one->n[i];
    sum->counted += one->counted;
    sum->nameable += one->nameable;
    sum->fine += one->fine;
    sum->layers_off += one->layers_off;
}

static void take(tally *sum, const trial *t, outcome what)
{
    sum->n[what]++;
    if (what == CAME_FAINT || what == CAME_NO_TRACE)
        return;
    sum->counted++;
    if (t->expected == EXPECT_NAME || t->expected == EXPECT_FINDING) {
        sum->nameable++;
        sum->fine += what == CAME_NAMED || what == CAME_LISTED;
    }
    sum->layers_off += (what == CAME_NAMED || what == CAME_LISTED) && !t->layers_told;
}

/* As many nets as asked for in which the bug left something; up to five times as many tried. */
static void plant_in_nets(trial *t, bug_id bug, size_t nets, tally *sum)
{
    for (int which = 0; which < SUBSET_COUNT; which++) {
        size_t counted = 0;
        for (uint64_t seed = 0; seed < 5 * nets && counted < nets; seed++) {
            outcome what;
            trial_make(t, bug, seed, (subset)which);
            what = trial_judge(t, 0);
            take(sum, t, what);
            counted += what != CAME_FAINT && what != CAME_NO_TRACE;
        }
    }
}

static void print_head(void)
{
    printf("%-34s %7s", "bug", "counted");
    for (size_t i = 0; i < OUTCOMES; i++)
        printf(" %10s", outcome_name((outcome)i));
    printf(" %9s\n", "layersoff");
}

static void print_row(const char *name, const tally *sum)
{
    printf("%-34s %7zu", name, sum->counted);
    for (size_t i = 0; i < OUTCOMES; i++)
        printf(" %10zu", sum->n[i]);
    printf(" %9zu\n", sum->layers_off);
}

/* Plant bugs first ... end - 1; `tallies` has one for each, then print the table. */
static tally plant_all(int first, int end)
{
    tally all = {{0}, 0, 0, 0, 0}, each[BUG_COUNT];
    const char *only = getenv("CREASE_MUTANT_ONLY"); /* for whoever mends one of them */
    trial *t = malloc(sizeof *t);
    assert_non_null(t);
    assert_true(trial_open(t));
    memset(each, 0, sizeof each);
    for (int bug = first; bug < end; bug++) {
        if (only != NULL && strcmp(only, bug_name((bug_id)bug)) != 0)
            continue;
        plant_in_nets(t, (bug_id)bug, nets_to_try(NETS), &each[bug]);
        add(&all, &each[bug]);
    }
    print_head();
    for (int bug = first; bug < end; bug++)
        print_row(bug_name((bug_id)bug), &each[bug]);
    print_row("all", &all);
    fflush(stdout);
    trial_close(t);
    free(t);
    return all;
}

/* What no bug may do, in the catalogue or not. */
static void assert_no_false_finding(const tally *all)
{
    assert_int_equal(all->n[CAME_MISSED], 0);
    assert_int_equal(all->n[CAME_WRONG], 0);
    assert_int_equal(all->n[CAME_MISPLACED], 0);
    assert_int_equal(all->n[CAME_EXTRA], 0);
    assert_int_equal(all->n[CAME_REFUSED], 0);
    assert_true(all->counted > 0);
}

static void test_catalogue__comes_back_under_its_name(void **unused)
{
    tally all;
    (void)unused;
    all = plant_all(0, BUG_CATALOGUE_END);
    printf("named or listed: %zu of %zu that can be\n", all.fine, all.nameable);
    assert_no_false_finding(&all);
    assert_true(all.fine * 100 >= all.nameable * 98);
}

static void test_strangers__are_placed_and_not_named(void **unused)
{
    tally all;
    (void)unused;
    all = plant_all(BUG_CATALOGUE_END, BUG_COUNT);
    assert_no_false_finding(&all);
}

/* The library's catalogue and the one here have the same rows. */
static void test_catalogue__has_a_mutant_for_every_row(void **unused)
{
    size_t n = 0;
    (void)unused;
    for (; crs_bug_info_at(n) != NULL; n++) {
        int found = 0;
        for (int bug = 0; bug < BUG_CATALOGUE_END; bug++)
            found = found || strcmp(bug_name((bug_id)bug), crs_bug_info_at(n)->id) == 0;
        if (!found)
            fail_msg("no mutant for %s", crs_bug_info_at(n)->id);
    }
    assert_int_equal(n, BUG_CATALOGUE_END);
}

/* "id:seed:subset", alone and in full. */
static int run_one(const char *text)
{
    char id[64] = {0}, which[16] = "all";
    unsigned long long seed = 0;
    trial *t = malloc(sizeof *t);
    int status = 2;
    sscanf(text, "%63[^:]:%llu:%15s", id, &seed, which);
    if (t == NULL || !trial_open(t))
        goto out;
    for (int bug = 0; bug < BUG_COUNT; bug++) {
        for (int s = 0; s < SUBSET_COUNT; s++) {
            if (strcmp(bug_name((bug_id)bug), id) != 0 ||
                strcmp(subset_name((subset)s), which) != 0)
                continue;
            trial_make(t, (bug_id)bug, seed, (subset)s);
            status = !trial_as_expected(t, trial_judge(t, 1));
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
        cmocka_unit_test(test_catalogue__has_a_mutant_for_every_row),
        cmocka_unit_test(test_catalogue__comes_back_under_its_name),
        cmocka_unit_test(test_strangers__are_placed_and_not_named),
    };
    const char *one = getenv("CREASE_MUTANT");
    if (one != NULL)
        return run_one(one);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
