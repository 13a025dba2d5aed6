#include "check/lists.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

/* The inputs a reader likes best, in his order; 0 for where nothing else is wrong. */
static const double plain_inputs[] = {
    -1,   1,     -2,    2,      -0.5,  0.5,  -3,  3,  -4,   4,        -5,
    5,    -10,   10,    -8,     8,     -6,   6,   -7, 7,    -1.5,     1.5,
    -2.5, 2.5,   -0.25, 0.25,   -0.75, 0.75, -20, 20, -50,  50,       -100,
    100,  -1000, 1000,  -0.125, 0.125, -1e6, 1e6, 0,  -0.0, INFINITY, -INFINITY};
#define N_PLAIN (sizeof plain_inputs / sizeof *plain_inputs)

int crs__is_kink(const crs_act *act, double z)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        if (act->kink[k].z == z)
            return 1;
    }
    return 0;
}

int crs__bit_at(const uint8_t *mask, size_t i)
{
    return mask != NULL && (mask[i / 8] >> (i % 8) & 1);
}

void crs__lists_judge(const crs__judge *judge, crs__bench *bench, size_t n, const double *z,
                      unsigned char *against)
{
    for (size_t i = 0; i < judge->block; i++) /* the rest repeats the last */
        bench->z[i] = z[i < n ? i : n - 1];
    crs__judge_list(judge, bench);
    for (size_t open = 0; open < judge->n_open; open++) {
        size_t k = judge->open_facts[open];
        const uint8_t *mask = crs__judge_against(judge, bench, k);
        if (against[k] || mask == NULL || !judge->ops->any(judge->block, mask))
            continue;
        for (size_t i = 0; i < n && !against[k]; i++) {
            int excused = judge->plan->facts[k].kind == CRS__FACT_RIGHT &&
                          (crs__is_kink(judge->plan->act, z[i]) || isinf(z[i]));
            against[k] = crs__bit_at(mask, i) && !excused;
        }
    }
}

/* ---- plain inputs ---- */

/* The rule's value at an infinity, in double: inf - inf gives it none. */
static int has_no_value_at(const crs__plan *plan, size_t i, double z)
{
    double a = crs_act_value_f64(plan->act, z), upstream = 1, value;
    crs_rule_eval_f64(plan->rules[i], 1, &z, &a, &upstream, &value);
    return isnan(value);
}

static void note_example(int shows, double z, crs__example *example)
{
    if (!shows || example->found)
        return;
    example->found = 1;
    example->z = z;
}

/* What the block of plain inputs shows of rule i: counterexamples, and the infinities. */
static void tally_plain(const crs__judge *judge, const crs__bench *bench, size_t i,
                        crs__sweep_counts *counts)
{
    for (size_t k = 0; k < N_PLAIN; k++) {
        double z = plain_inputs[k];
        int wrong = crs__bit_at(bench->wrong[i], k) && !crs__is_kink(judge->plan->act, z);
        int not_linear = crs__bit_at(bench->not_linear[i], k);
        if (isinf(z)) {
            int undecided = crs__bit_at(bench->not_decided[i], k) ||
                            (wrong && has_no_value_at(judge->plan, i, z));
            wrong = wrong && !undecided;
            counts->not_decided += (uint64_t)undecided;
            counts->wrong[CRS_REGION_INFINITE] += (uint64_t)wrong;
            counts->not_linear += (uint64_t)not_linear;
        }
        note_example(wrong, z, &counts->plainest_wrong);
        note_example(not_linear, z, &counts->plainest_not_linear);
    }
}

void crs__lists_plain(const crs__judge *judge, crs__bench *bench, unsigned char *against,
                      crs__sweep_counts *counts)
{
    crs__lists_judge(judge, bench, N_PLAIN, plain_inputs, against);
    for (size_t i = 0; i < judge->plan->n_rules; i++)
        tally_plain(judge, bench, i, &counts[i]);
}

/* ---- what does not hold ---- */

/* The k-th of the inputs that sort out most facts before the sweep: a few of every exponent. */
#define N_SAMPLES (2 * 255 * 4)
static double sample_input(size_t k)
{
    static const uint32_t digits[4] = {0x000000, 0x2aaaab, 0x400001, 0x7fffff};
    uint32_t sign = k & 1 ? 0x80000000u : 0, exponent = (uint32_t)(k / 8 % 255);
    uint32_t bits = sign | exponent << 23 | digits[k / 2 % 4];
    float z;
    memcpy(&z, &bits, sizeof z);
    return (double)z;
}

/* is_wrong[i]: rule i is, at one of the samples. */
static void judge_samples(const crs__judge *judge, crs__bench *bench, unsigned char *against,
                          int *is_wrong)
{
    double z[CRS__JUDGE_BLOCK];
    crs__lists_judge(judge, bench, N_PLAIN, plain_inputs, against);
    for (size_t k = 0; k < N_SAMPLES; k += judge->block) {
        size_t n = N_SAMPLES - k < judge->block ? N_SAMPLES - k : judge->block;
        for (size_t i = 0; i < n; i++)
            z[i] = sample_input(k + i);
        crs__lists_judge(judge, bench, n, z, against);
        for (size_t i = 0; i < judge->plan->n_rules; i++) {
            for (size_t j = 0; j < n; j++)
                is_wrong[i] |=
                    crs__bit_at(bench->wrong[i], j) && !crs__is_kink(judge->plan->act, z[j]);
        }
    }
}

/*
 * Of what a rule may be the same as, leave the least far-fetched. Whose derivative it
 * is besides is asked of wrong rules only.
 */
static void drop_far_fetched(crs__plan *plan, const int *is_wrong)
{
    int least[CRS_RULECHECK_MAX_RULES];
    for (size_t i = 0; i < plan->n_rules; i++)
        least[i] = is_wrong[i] ? 2 : 1;
    for (size_t k = 0; k < plan->n_facts; k++) {
        const crs__fact *fact = &plan->facts[k];
        if (fact->kind == CRS__FACT_SAME && fact->holds && fact->far_fetched < least[fact->rule])
            least[fact->rule] = fact->far_fetched;
    }
    for (size_t k = 0; k < plan->n_facts; k++) {
        crs__fact *fact = &plan->facts[k];
        if (fact->far_fetched > least[fact->rule] || (fact->other && !is_wrong[fact->rule]))
            fact->holds = 0;
    }
}

crs_status crs__lists_sort_out(crs__plan *plan)
{
    int is_wrong[CRS_RULECHECK_MAX_RULES] = {0};
    crs__judge judge;
    crs__bench *bench = crs__alloc(1, sizeof *bench);
    unsigned char *against = crs__alloc(plan->n_facts, 1);
    crs_status status = crs__judge_make(plan, &judge);
    if (status == CRS_OK)
        status = bench == NULL || against == NULL ? CRS_ENOMEM : crs__bench_make(&judge, bench);
    if (status == CRS_OK) {
        judge_samples(&judge, bench, against, is_wrong);
        for (size_t k = 0; k < plan->n_facts; k++)
            plan->facts[k].holds &= !against[k];
        drop_far_fetched(plan, is_wrong);
        crs__bench_release(bench);
    }
    crs__judge_release(&judge);
    crs__free(against);
    crs__free(bench);
    return status;
}
