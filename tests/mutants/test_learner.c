/*
 * The witness is looked at first: its gradients are slopes of its cost, its bugs leave traces,
 * its names are read back.
 */
#include "cmocka_all.h"
#include "effort.h"
#include "matrix.h"
#include "random_inputs.h"
#include "right.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NETS = 150 };

/* cost with one parameter moved by h */
static double cost_at(trial *t, kind k, size_t l, size_t i, double h)
{
    run moved = {&t->s, NULL, &t->memory, {{{0}}}};
    size_t used = t->memory.used;
    double cost;
    learner_share(&moved, &t->right);
    moved.at[k][l] = matrix_copy(&moved, moved.at[k][l]);
    moved.at[k][l].v[i] += h;
    learner_forward(&moved);
    cost = learner_cost(&moved);
    t->memory.used = used;
    return cost;
}

/*
 * Central differences of a smooth net: h = 1e-5 is good to h^2 times a third derivative (below
 * 1e4 here: weights are below 2, batch normalisation divides by no less than 0.05 of a
 * deviation in nets this wide) plus u |cost| / h = 1e-16 * 1e4 / 1e-5: 1e-6, 1e-7.
 */
static double worst_slope(trial *t, kind k, kind dk, size_t l)
{
    const double h = 1e-5;
    matrix g = t->right.at[dk][l];
    double worst = 0;
    for (size_t i = 0; g.v != NULL && i < g.rows * g.cols; i++) {
        double slope = (cost_at(t, k, l, i, h) - cost_at(t, k, l, i, -h)) / (2 * h);
        worst = fmax(worst, fabs(slope - g.v[i]) / (1 + fabs(slope)));
    }
    return worst;
}

static int smooth(const setting *s)
{
    for (size_t l = 1; l < s->n_layers; l++) {
        if (s->acts[l].n_kinks > 0)
            return 0;
    }
    return 1;
}

static void test_learner__gradient_is_the_slope_of_its_cost(void **unused)
{
    trial *t = malloc(sizeof *t);
    size_t looked_at = 0;
    (void)unused;
    assert_non_null(t);
    assert_true(trial_open(t));
    for (uint64_t seed = 0; seed < nets_to_try(NETS); seed++) {
        for (size_t i = 0; right_variant_at(i) != NULL; i++) {
            trial_make_right(t, right_variant_at(i), seed, SAVE_ALL, 20);
            if (t->s.pool || t->s.f32 || t->s.m > 40 || (t->s.batchnorm && t->s.m < 6) ||
                !smooth(&t->s))
                continue;
            for (size_t l = 1; l <= t->s.n_layers; l++) {
                double worst = worst_slope(t, K_W, K_DW, l);
                worst = fmax(worst, worst_slope(t, K_B, K_DB, l));
                worst = fmax(worst, worst_slope(t, K_GAMMA, K_DGAMMA, l));
                worst = fmax(worst, worst_slope(t, K_BETA, K_DBETA, l));
                if (!(worst < 1e-5))
                    fail_msg("%s:%llu layer %zu: off by %g", right_variant_at(i)->name,
                             (unsigned long long)seed, l, worst);
            }
            looked_at++;
        }
    }
    printf("%zu nets\n", looked_at);
    assert_true(looked_at > 20);
    trial_close(t);
    free(t);
}

/* Each bug changes what is saved in most nets that are made for it. */
static void test_bugs__leave_a_trace(void **unused)
{
    trial *t = malloc(sizeof *t);
    const size_t nets = nets_to_try(20);
    (void)unused;
    assert_non_null(t);
    assert_true(trial_open(t));
    for (int bug = 0; bug < BUG_COUNT; bug++) {
        size_t seen[SUBSET_COUNT] = {0}, named = 0;
        for (uint64_t seed = 0; seed < nets; seed++) {
            for (int which = 0; which < SUBSET_COUNT; which++) {
                trial_make(t, (bug_id)bug, seed, (subset)which);
                seen[which] += t->t.seen || t->t.seen_open;
                named += t->expected == EXPECT_NAME;
            }
        }
        printf("%-34s seen in all %zu, notebook %zu, grads %zu, some %zu of %zu; %zu to be named\n",
               bug_name((bug_id)bug), seen[0], seen[1], seen[2], seen[3], nets, named);
        if (bug != BUG_SYMMETRIC_UNITS && bug != BUG_DEAD_LAYER && seen[SAVE_ALL] * 2 < nets)
            fail_msg("%s is seen in %zu nets of %zu", bug_name((bug_id)bug), seen[SAVE_ALL], nets);
    }
    trial_close(t);
    free(t);
}

/* No two arrays of a file have one name, and each name leads back to its array. */
static void test_saving__names_lead_back(void **unused)
{
    trial *t = malloc(sizeof *t);
    (void)unused;
    assert_non_null(t);
    assert_true(trial_open(t));
    for (uint64_t seed = 0; seed < nets_to_try(NETS); seed++) {
        for (size_t i = 0; right_variant_at(i) != NULL; i++) {
            crs_arrays arrays;
            trial_make_right(t, right_variant_at(i), seed, (subset)(seed % SUBSET_COUNT), 20);
            assert_true(saving_write(&t->v, &t->right, &arrays)); /* refuses a name that is there */
            for (size_t k = 0; k < KIND_COUNT; k++) {
                for (size_t l = 0; l <= MAX_LAYERS; l++) {
                    char name[64];
                    kind found;
                    size_t layer;
                    if (!t->v.kept[k][l])
                        continue;
                    saving_name(&t->v, (kind)k, l, name);
                    assert_non_null(crs_arrays_find(&arrays, name));
                    assert_true(saving_find(&t->v, name, &found, &layer));
                    assert_true(found == (kind)k && layer == l);
                }
            }
            crs_arrays_release(&arrays);
        }
    }
    trial_close(t);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learner__gradient_is_the_slope_of_its_cost),
        cmocka_unit_test(test_bugs__leave_a_trace),
        cmocka_unit_test(test_saving__names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
