#include "check/sample.h"

#include "check/judge.h"
#include "check/lists.h"
#include "check/sample_list.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/*
 * All finite inputs of one exponent and one sign are a task: binade 2 e for positive
 * ones with the exponent's bits e, 2 e + 1 for negative ones.
 */
#define SIGN_BIT (UINT64_C(1) << 63)
#define INFINITY_BITS (UINT64_C(0x7ff) << 52)
#define MANTISSA_BITS 52
#define N_BINADES ((size_t)2 * 0x7ff)
#define ROUND 89 /* tasks between two reports of progress: 46 rounds */

/* Random mantissas of a binade, one in each of as many equal parts; more where activations bend. */
#define N_RANDOM 1024
#define N_RANDOM_NEAR 16384
#define NEAR_FROM (1023 - 32)
#define NEAR_TO (1023 + 16)

/* ---- what is counted ---- */

static uint64_t bits_of(double z)
{
    uint64_t bits;
    memcpy(&bits, &z, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double z;
    memcpy(&z, &bits, sizeof z);
    return z;
}

/* The plainest input of those that show something: the least `rank`, then the least bits. */
typedef struct plainest {
    uint64_t rank, bits;
} plainest;
#define NOT_FOUND UINT64_MAX

typedef struct tally {
    crs__bench *bench;
    unsigned char *against;
    double z[CRS__JUDGE_INTERVALS];
    size_t n; /* of z */
    crs__sweep_counts counts[CRS_RULECHECK_MAX_RULES];
    plainest wrong[CRS_RULECHECK_MAX_RULES], not_linear[CRS_RULECHECK_MAX_RULES];
    crs__sample_sizes sizes;
} tally;

typedef struct sampling {
    crs__plan *plan;
    crs__judge judge;
    crs__sample_list listed;
    uint64_t seed;
    tally *tallies;
    int workers;
    size_t first_binade;
} sampling;

static crs_region region_of(double z)
{
    int negative = signbit(z) != 0;
    if (z == 0)
        return negative ? CRS_REGION_MINUS_ZERO : CRS_REGION_PLUS_ZERO;
    if (isinf(z))
        return CRS_REGION_INFINITE;
    if (fabs(z) < 0x1p-1022)
        return negative ? CRS_REGION_NEGATIVE_SUBNORMAL : CRS_REGION_POSITIVE_SUBNORMAL;
    return negative ? CRS_REGION_NEGATIVE : CRS_REGION_POSITIVE;
}

/* Few binary digits, near 1 in size, positive first; subnormal numbers last. */
static void note_plainest(uint64_t bits, plainest *best)
{
    uint64_t digits = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1), length = MANTISSA_BITS, rank;
    uint64_t exponent = bits >> MANTISSA_BITS & 0x7ff;
    uint64_t distance = exponent > 1023 ? exponent - 1023 : 1023 - exponent;
    if (digits == 0)
        length = 0;
    for (; digits != 0 && (digits & 1) == 0; digits >>= 1)
        length--;
    rank = (length + (exponent == 0 ? 64 : 0)) << 16 | distance;
    if (rank > best->rank || (rank == best->rank && bits >= best->bits))
        return;
    best->rank = rank;
    best->bits = bits;
}

static void count_rule(const sampling *s, tally *t, size_t i)
{
    const uint8_t *const masks[] = {t->bench->wrong[i], t->bench->not_decided[i],
                                    t->bench->not_linear[i]};
    crs__sweep_counts *counts = &t->counts[i];
    int any = 0;
    for (size_t k = 0; k < sizeof masks / sizeof *masks; k++)
        any |= masks[k] != NULL && s->judge.ops->any(s->judge.block, masks[k]);
    for (size_t k = 0; any && k < t->n; k++) {
        double z = t->z[k];
        if (crs__bit_at(masks[0], k) && !crs__is_kink(s->plan->act, z)) {
            counts->wrong[region_of(z)]++;
            note_plainest(bits_of(z), &t->wrong[i]);
        }
        counts->not_decided += (uint64_t)crs__bit_at(masks[1], k);
        if (crs__bit_at(masks[2], k)) {
            counts->not_linear++;
            note_plainest(bits_of(z), &t->not_linear[i]);
        }
    }
}

static void flush(const sampling *s, tally *t)
{
    if (t->n > 0) {
        crs__lists_judge(&s->judge, t->bench, t->n, t->z, t->against);
        for (size_t i = 0; i < s->plan->n_rules; i++)
            count_rule(s, t, i);
    }
    t->n = 0;
}

static void put(const sampling *s, tally *t, uint64_t bits, crs_sample kind)
{
    double z = double_of(bits);
    t->sizes.kind[kind]++;
    t->sizes.region[region_of(z)]++;
    t->z[t->n++] = z;
    if (t->n == s->judge.block)
        flush(s, t);
}

/* ---- a binade ---- */

/* SplitMix64 (Steele, Lea, Flood 2014), from a state of its own for every binade. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Listed inputs and random ones in rising order, so that none comes twice. */
static void sample_binade(void *arg, size_t task, int worker)
{
    const sampling *s = arg;
    tally *t = &s->tallies[worker];
    size_t binade = s->first_binade + task;
    uint64_t exponent = binade / 2, first, width, random = s->seed;
    uint64_t n = exponent >= NEAR_FROM && exponent < NEAR_TO ? N_RANDOM_NEAR : N_RANDOM;
    size_t at;
    if (binade >= N_BINADES)
        return;
    first = exponent << MANTISSA_BITS | (binade % 2 != 0 ? SIGN_BIT : 0);
    width = (UINT64_C(1) << MANTISSA_BITS) / n;
    random = next_random(&random) ^ (uint64_t)binade << 32;
    at = crs__sample_list_find(&s->listed, first);
    for (uint64_t part = first; part < first + n * width; part += width) {
        uint64_t bits = part + (next_random(&random) & (width - 1));
        int is_listed = 0;
        for (; at < s->listed.n && s->listed.entries[at].bits < part + width; at++) {
            is_listed |= s->listed.entries[at].bits == bits;
            put(s, t, s->listed.entries[at].bits, s->listed.entries[at].kind);
        }
        if (!is_listed)
            put(s, t, bits, CRS_SAMPLE_RANDOM);
    }
    flush(s, t);
}

/* ---- the whole ---- */

/* NaNs, quiet and signalling, of both signs: which of them does each rule give a number for? */
static void try_nan(const crs__plan *plan, crs__sweep_counts *counts, crs__sample_sizes *sizes)
{
    static const uint64_t payloads[] = {1, UINT64_C(0x7ffffffffffff), UINT64_C(0x8000000000000),
                                        UINT64_C(0xfffffffffffff)};
    for (size_t k = 0; k < 2 * sizeof payloads / sizeof *payloads; k++) {
        double z = double_of(INFINITY_BITS | payloads[k / 2] | (k % 2 ? SIGN_BIT : 0));
        double a = crs_act_value_f64(plan->act, z), upstream = 1, value;
        sizes->kind[CRS_SAMPLE_SPECIAL]++;
        sizes->region[CRS_REGION_NAN]++;
        for (size_t i = 0; i < plan->n_rules; i++) {
            crs_rule_eval_f64(plan->rules[i], 1, &z, &a, &upstream, &value);
            counts[i].wrong[CRS_REGION_NAN] += (uint64_t)!isnan(value);
        }
    }
}

static void add_example(const plainest *p, crs__example *example)
{
    if (p->rank == NOT_FOUND || example->found)
        return;
    example->found = 1;
    example->z = double_of(p->bits);
}

static void take_plainest(const plainest *p, plainest *best)
{
    if (p->rank < best->rank || (p->rank == best->rank && p->bits < best->bits))
        *best = *p;
}

/* Sums and minima, so that it does not matter which worker met what. */
static void add_up(const sampling *s, crs__sweep_counts *counts, crs__sample_sizes *sizes)
{
    for (size_t i = 0; i < s->plan->n_rules; i++) {
        plainest wrong = {NOT_FOUND, 0}, not_linear = wrong;
        for (int w = 0; w < s->workers; w++) {
            const tally *t = &s->tallies[w];
            for (int region = 0; region < CRS_REGION_COUNT; region++)
                counts[i].wrong[region] += t->counts[i].wrong[region];
            counts[i].not_decided += t->counts[i].not_decided;
            counts[i].not_linear += t->counts[i].not_linear;
            take_plainest(&t->wrong[i], &wrong);
            take_plainest(&t->not_linear[i], &not_linear);
        }
        add_example(&wrong, &counts[i].plainest_wrong);
        add_example(&not_linear, &counts[i].plainest_not_linear);
    }
    for (int w = 0; w < s->workers; w++) {
        for (int kind = 0; kind < CRS_SAMPLE_COUNT; kind++)
            sizes->kind[kind] += s->tallies[w].sizes.kind[kind];
        for (int region = 0; region < CRS_REGION_COUNT; region++)
            sizes->region[region] += s->tallies[w].sizes.region[region];
        for (size_t k = 0; k < s->plan->n_facts; k++)
            s->plan->facts[k].holds &= !s->tallies[w].against[k];
    }
    sizes->kind[CRS_SAMPLE_SPECIAL] += 2; /* the infinities, judged with the plain inputs */
    sizes->region[CRS_REGION_INFINITE] += 2;
}

static void sampling_release(sampling *s)
{
    for (int w = 0; s->tallies != NULL && w < s->workers; w++) {
        if (s->tallies[w].bench != NULL)
            crs__bench_release(s->tallies[w].bench);
        crs__free(s->tallies[w].bench);
        crs__free(s->tallies[w].against);
    }
    crs__free(s->tallies);
    crs__free(s->listed.entries);
    crs__judge_release(&s->judge);
}

static crs_status tally_make(const sampling *s, tally *t)
{
    t->bench = crs__alloc(1, sizeof *t->bench);
    t->against = crs__alloc(s->plan->n_facts, 1);
    for (size_t i = 0; i < CRS_RULECHECK_MAX_RULES; i++)
        t->wrong[i].rank = t->not_linear[i].rank = NOT_FOUND;
    if (t->bench == NULL || t->against == NULL)
        return CRS_ENOMEM;
    return crs__bench_make(&s->judge, t->bench);
}

/* On failure what there is of it is released with sampling_release. */
static crs_status sampling_make(crs__plan *plan, uint64_t seed, int workers, sampling *s)
{
    crs_status status = crs__judge_make(plan, &s->judge);
    s->plan = plan;
    s->seed = seed;
    s->workers = workers;
    if (status == CRS_OK)
        status = crs__sample_list_make(plan->act, &s->listed);
    if (status != CRS_OK)
        return status;
    s->tallies = crs__alloc((size_t)workers, sizeof *s->tallies);
    if (s->tallies == NULL)
        return CRS_ENOMEM;
    for (int w = 0; w < workers && status == CRS_OK; w++)
        status = tally_make(s, &s->tallies[w]);
    return status;
}

static crs_status run_rounds(sampling *s, const crs_executor *executor,
                             crs_rulecheck_progress progress, void *progress_ctx)
{
    for (s->first_binade = 0; s->first_binade < N_BINADES; s->first_binade += ROUND) {
        if (progress != NULL &&
            progress(progress_ctx, (double)s->first_binade / (double)N_BINADES) != 0)
            return CRS_ECANCELED;
        crs_executor_run(executor, ROUND, sample_binade, s);
    }
    if (progress != NULL)
        (void)progress(progress_ctx, 1);
    return CRS_OK;
}

crs_status crs__sample_run(crs__plan *plan, uint64_t seed, const crs_executor *executor,
                           crs_rulecheck_progress progress, void *progress_ctx,
                           crs__sweep_counts *counts, crs__sample_sizes *sizes)
{
    sampling s = {0};
    crs_status status = crs__lists_sort_out(plan);
    memset(counts, 0, plan->n_rules * sizeof *counts);
    memset(sizes, 0, sizeof *sizes);
    if (status != CRS_OK)
        return status;
    status = sampling_make(plan, seed, crs_executor_workers(executor), &s);
    if (status == CRS_OK) {
        crs__lists_plain(&s.judge, s.tallies[0].bench, s.tallies[0].against, counts);
        try_nan(plan, counts, sizes);
        status = run_rounds(&s, executor, progress, progress_ctx);
    }
    if (status == CRS_OK)
        add_up(&s, counts, sizes);
    sampling_release(&s);
    return status;
}
