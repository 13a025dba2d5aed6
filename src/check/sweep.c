#include "check/sweep.h"

#include "check/judge.h"
#include "check/lists.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/*
 * The 2^32 bit patterns in 4096 chunks of 2^20. A chunk is of one sign and of one kind:
 * finite (255 * 2^23 patterns of either sign) or not. It is judged as a whole if that can be.
 * Those that are left are a task each, in rounds between which the caller hears of the
 * progress: their ranges are judged as a whole if that can be, and only what is open of them
 * input by input.
 */
#define CHUNK_BITS 20
#define RANGE_BITS 14
#define N_CHUNKS ((size_t)1 << (32 - CHUNK_BITS))
#define ROUND 64
#define SIGN_BIT 0x80000000u
#define INFINITY_BITS 0x7f800000u
#define NORMAL_BITS 0x00800000u

/* Inputs apart: both zeros, and up to two other kinks. */
#define MAX_APART (2 + CRS_ACT_MAX_KINKS)

/* How plain an input is: the smaller the plainer. */
typedef uint64_t plainness;
#define NOT_FOUND UINT64_MAX

/* What one thread has counted. */
typedef struct tally {
    crs__bench bench;
    uint64_t wrong[CRS_RULECHECK_MAX_RULES][CRS_REGION_COUNT];
    uint64_t not_decided[CRS_RULECHECK_MAX_RULES], not_linear[CRS_RULECHECK_MAX_RULES];
    plainness plainest_wrong[CRS_RULECHECK_MAX_RULES], plainest_not_linear[CRS_RULECHECK_MAX_RULES];
    unsigned char *against; /* by fact: an input against it was met */
} tally;

typedef struct sweep {
    crs__plan *plan;
    crs__judge judge;
    tally *tallies; /* one per worker */
    int workers;
    uint16_t left[N_CHUNKS]; /* the chunks that were not judged as a whole */
    size_t n_left, first;    /* of them, in the round */
    uint32_t apart[MAX_APART];
    int is_kink[MAX_APART];
    size_t n_apart;
    int every_input; /* no range is counted as a whole */
    /* rules of which no counterexample is looked for any more */
    int have_wrong[CRS_RULECHECK_MAX_RULES], have_not_linear[CRS_RULECHECK_MAX_RULES];
} sweep;

static uint32_t bits_of(float z)
{
    uint32_t bits;
    memcpy(&bits, &z, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float z;
    memcpy(&z, &bits, sizeof z);
    return z;
}

static void clear_bit(uint8_t *mask, size_t i)
{
    mask[i / 8] = (uint8_t)(mask[i / 8] & ~(1u << (i % 8)));
}

/* ---- plainness ---- */

/* Few binary digits, near 1 in size, positive first; subnormal numbers last. */
static plainness plainness_of(uint32_t bits)
{
    uint32_t digits = bits & 0x7fffff, exponent = bits >> 23 & 0xff;
    uint32_t distance = exponent > 127 ? exponent - 127 : 127 - exponent;
    uint64_t length = digits == 0 ? 0 : 23;
    for (; digits != 0 && (digits & 1) == 0; digits >>= 1)
        length--;
    if (exponent == 0)
        length += 32;
    return length << 48 | (uint64_t)distance << 40 | bits;
}

static uint32_t bits_of_plainness(plainness p)
{
    return (uint32_t)(p & UINT32_MAX);
}

/* The plainest set bit of a block, if it beats `best`. The block's first input is its plainest. */
static void look_for_plainer(const crs__judge *judge, const uint8_t *mask, uint32_t first,
                             plainness *best)
{
    if (mask == NULL || plainness_of(first) >= *best || !judge->ops->any(judge->block, mask))
        return;
    for (size_t i = 0; i < judge->block; i++) {
        plainness p;
        if (!crs__bit_at(mask, i))
            continue;
        p = plainness_of(first + (uint32_t)i);
        if (p < *best)
            *best = p;
    }
}

/* ---- blocks ---- */

/* Facts that an input of the block is against. Kinks are no argument against being right. */
static void note_facts(const sweep *s, tally *t, uint32_t first)
{
    for (size_t open = 0; open < s->judge.n_open; open++) {
        size_t k = s->judge.open_facts[open];
        const uint8_t *mask = crs__judge_against(&s->judge, &t->bench, k);
        uint8_t others[CRS__JUDGE_BYTES];
        if (t->against[k] || !s->judge.ops->any(s->judge.block, mask))
            continue;
        memcpy(others, mask, s->judge.block / 8);
        for (size_t i = 0; s->plan->facts[k].kind == CRS__FACT_RIGHT && i < s->n_apart; i++) {
            if (s->is_kink[i] && s->apart[i] - first < s->judge.block)
                clear_bit(others, s->apart[i] - first);
        }
        t->against[k] = (unsigned char)s->judge.ops->any(s->judge.block, others);
    }
}

/* Take inputs that are counted apart out of the block's answers. */
static void take_apart(const sweep *s, tally *t, uint32_t first)
{
    for (size_t k = 0; k < s->n_apart; k++) {
        uint32_t at = s->apart[k] - first;
        if (at >= s->judge.block)
            continue;
        for (size_t i = 0; i < s->plan->n_rules; i++) {
            crs_region zero = s->apart[k] == 0 ? CRS_REGION_PLUS_ZERO : CRS_REGION_MINUS_ZERO;
            if (!s->is_kink[k]) /* a zero */
                t->wrong[i][zero] += (uint64_t)crs__bit_at(t->bench.wrong[i], at);
        }
        for (size_t i = 0; i < s->plan->n_rules; i++) {
            if (t->bench.wrong[i] != NULL)
                clear_bit(t->bench.wrong[i], at);
        }
    }
}

static crs_region region_of(uint32_t first)
{
    int normal = (first & ~SIGN_BIT) >= NORMAL_BITS;
    if (first & SIGN_BIT)
        return normal ? CRS_REGION_NEGATIVE : CRS_REGION_NEGATIVE_SUBNORMAL;
    return normal ? CRS_REGION_POSITIVE : CRS_REGION_POSITIVE_SUBNORMAL;
}

/* How many bits of a mask are set; most masks have none. */
static uint64_t count(const crs__judge *judge, const uint8_t *mask)
{
    return mask != NULL && judge->ops->any(judge->block, mask)
               ? judge->ops->popcount(judge->block, mask)
               : 0;
}

static void tally_block(const sweep *s, tally *t, uint32_t first)
{
    const crs__judge *judge = &s->judge;
    crs_region region = region_of(first);
    crs__judge_range(judge, first, &t->bench);
    note_facts(s, t, first);
    take_apart(s, t, first);
    for (size_t i = 0; i < s->plan->n_rules; i++) {
        t->wrong[i][region] += count(judge, t->bench.wrong[i]);
        t->not_decided[i] += count(judge, t->bench.not_decided[i]);
        t->not_linear[i] += count(judge, t->bench.not_linear[i]);
        if (!s->have_wrong[i])
            look_for_plainer(judge, t->bench.wrong[i], first, &t->plainest_wrong[i]);
        if (!s->have_not_linear[i])
            look_for_plainer(judge, t->bench.not_linear[i], first, &t->plainest_not_linear[i]);
    }
}

/* NaN, and an infinity as the first of all, which is judged with the list of plain inputs. */
static void tally_nan_block(const sweep *s, tally *t, uint32_t first)
{
    size_t numbers[CRS_RULECHECK_MAX_RULES];
    uint8_t at_infinity = (first & ~SIGN_BIT) == INFINITY_BITS;
    crs__judge_nan(&s->judge, first, &t->bench, numbers);
    for (size_t i = 0; i < s->plan->n_rules; i++) {
        t->wrong[i][CRS_REGION_NAN] += numbers[i];
        if (!at_infinity)
            continue;
        /* the first lane is no NaN input: take back what it counted */
        if (s->judge.is_nan[i] < 0 ||
            !crs__bit_at(t->bench.nan_registers[s->judge.nan.outputs[s->judge.is_nan[i]]], 0))
            t->wrong[i][CRS_REGION_NAN]--;
    }
}

/* ---- ranges ---- */

static int has_apart(const sweep *s, uint32_t first, int bits)
{
    for (size_t k = 0; k < s->n_apart; k++) {
        if (s->apart[k] >> bits == first >> bits)
            return 1;
    }
    return 0;
}

static int is_open(const sweep *s, const tally *t, const crs__whole *whole)
{
    for (size_t i = 0; i < s->plan->n_rules; i++) {
        if (whole->wrong[i] == CRS__OPEN || whole->not_decided[i] == CRS__OPEN ||
            whole->not_linear[i] == CRS__OPEN)
            return 1;
    }
    for (size_t open = 0; open < s->judge.n_open; open++) {
        size_t k = s->judge.open_facts[open];
        if (!t->against[k] && crs__judge_whole_against(&s->judge, &t->bench, k) == CRS__OPEN)
            return 1;
    }
    return 0;
}

static uint64_t size_if(crs__tri tri, int bits)
{
    return tri == CRS__ALWAYS ? (uint64_t)1 << bits : 0;
}

/* Of the whole range its first input is the plainest. */
static void note_plainest(crs__tri tri, uint32_t first, plainness *best)
{
    if (tri == CRS__ALWAYS && plainness_of(first) < *best)
        *best = plainness_of(first);
}

/* Count a range of 2^bits without looking at its inputs; 0 where that cannot be. */
static int tally_range(const sweep *s, tally *t, uint32_t first, int bits)
{
    crs__whole whole;
    crs_region region = region_of(first);
    if (s->every_input || has_apart(s, first, bits))
        return 0;
    crs__judge_whole(&s->judge, first, first + ((1u << bits) - 1), &t->bench, &whole);
    if (is_open(s, t, &whole))
        return 0;
    for (size_t open = 0; open < s->judge.n_open; open++) {
        size_t k = s->judge.open_facts[open];
        t->against[k] |= crs__judge_whole_against(&s->judge, &t->bench, k) == CRS__ALWAYS;
    }
    for (size_t i = 0; i < s->plan->n_rules; i++) {
        t->wrong[i][region] += size_if(whole.wrong[i], bits);
        t->not_decided[i] += size_if(whole.not_decided[i], bits);
        t->not_linear[i] += size_if(whole.not_linear[i], bits);
        if (!s->have_wrong[i])
            note_plainest(whole.wrong[i], first, &t->plainest_wrong[i]);
        if (!s->have_not_linear[i])
            note_plainest(whole.not_linear[i], first, &t->plainest_not_linear[i]);
    }
    return 1;
}

static void sweep_chunk(void *arg, size_t i, int worker)
{
    const sweep *s = arg;
    tally *t = &s->tallies[worker];
    uint32_t chunk = (uint32_t)s->left[s->first + i] << CHUNK_BITS, size = 1u << CHUNK_BITS;
    if ((chunk & ~SIGN_BIT) >= INFINITY_BITS) {
        for (uint32_t at = 0; at < size; at += CRS__JUDGE_BLOCK)
            tally_nan_block(s, t, chunk + at);
        return;
    }
    for (uint32_t range = chunk; range - chunk < size; range += 1u << RANGE_BITS) {
        if (tally_range(s, t, range, RANGE_BITS))
            continue;
        for (uint32_t at = 0; at < 1u << RANGE_BITS; at += (uint32_t)s->judge.block)
            tally_block(s, t, range + at);
    }
}

/* ---- the whole ---- */

static crs_status tally_make(const sweep *s, tally *t)
{
    crs_status status = crs__bench_make(&s->judge, &t->bench);
    t->against = crs__alloc(s->plan->n_facts, 1);
    for (size_t i = 0; i < CRS_RULECHECK_MAX_RULES; i++)
        t->plainest_wrong[i] = t->plainest_not_linear[i] = NOT_FOUND;
    return t->against == NULL ? CRS_ENOMEM : status;
}

static void sweep_release(sweep *s)
{
    for (int i = 0; s->tallies != NULL && i < s->workers; i++) {
        crs__bench_release(&s->tallies[i].bench);
        crs__free(s->tallies[i].against);
    }
    crs__free(s->tallies);
    s->tallies = NULL;
    crs__judge_release(&s->judge);
}

static crs_status sweep_make(crs__plan *plan, int workers, sweep *s)
{
    crs_status status = crs__judge_make(plan, &s->judge);
    if (status != CRS_OK)
        return status;
    s->plan = plan;
    s->workers = workers;
    s->tallies = crs__alloc((size_t)workers, sizeof *s->tallies);
    if (s->tallies == NULL)
        status = CRS_ENOMEM;
    for (int i = 0; i < workers && status == CRS_OK; i++)
        status = tally_make(s, &s->tallies[i]);
    if (status != CRS_OK)
        sweep_release(s);
    return status;
}

static void drop_facts(sweep *s)
{
    for (int w = 0; w < s->workers; w++) {
        for (size_t k = 0; k < s->plan->n_facts; k++)
            s->plan->facts[k].holds &= !s->tallies[w].against[k];
    }
}

static void set_apart(sweep *s)
{
    const crs_act *act = s->plan->act;
    int kink_at_zero = crs__is_kink(act, 0);
    s->apart[0] = 0;
    s->apart[1] = SIGN_BIT;
    s->is_kink[0] = s->is_kink[1] = kink_at_zero;
    s->n_apart = 2;
    for (size_t k = 0; k < act->n_kinks; k++) {
        float z = (float)act->kink[k].z;
        if (z == 0 || (double)z != act->kink[k].z)
            continue;
        s->is_kink[s->n_apart] = 1;
        s->apart[s->n_apart++] = bits_of(z);
    }
}

static void add_example(plainness p, crs__example *example)
{
    if (p == NOT_FOUND || example->found)
        return;
    example->found = 1;
    example->z = (double)float_of(bits_of_plainness(p));
}

/* Sums and minima, so that it does not matter which worker met what. */
static void add_up(const sweep *s, size_t i, crs__sweep_counts *counts)
{
    plainness wrong = NOT_FOUND, not_linear = NOT_FOUND;
    for (int w = 0; w < s->workers; w++) {
        const tally *t = &s->tallies[w];
        for (int region = 0; region < CRS_REGION_COUNT; region++)
            counts->wrong[region] += t->wrong[i][region];
        counts->not_decided += t->not_decided[i];
        counts->not_linear += t->not_linear[i];
        wrong = t->plainest_wrong[i] < wrong ? t->plainest_wrong[i] : wrong;
        if (t->plainest_not_linear[i] < not_linear)
            not_linear = t->plainest_not_linear[i];
    }
    add_example(wrong, &counts->plainest_wrong);
    add_example(not_linear, &counts->plainest_not_linear);
}

static void judge_wholes(sweep *s)
{
    for (uint32_t i = 0; i < N_CHUNKS; i++) {
        uint32_t chunk = i << CHUNK_BITS;
        if ((chunk & ~SIGN_BIT) >= INFINITY_BITS ||
            !tally_range(s, &s->tallies[0], chunk, CHUNK_BITS))
            s->left[s->n_left++] = (uint16_t)i;
    }
}

static crs_status run_rounds(sweep *s, const crs_executor *executor,
                             crs_rulecheck_progress progress, void *progress_ctx)
{
    for (s->first = 0; s->first < s->n_left; s->first += ROUND) {
        size_t n = s->n_left - s->first < ROUND ? s->n_left - s->first : ROUND;
        if (progress != NULL && progress(progress_ctx, (double)s->first / (double)s->n_left) != 0)
            return CRS_ECANCELED;
        crs_executor_run(executor, n, sweep_chunk, s);
    }
    if (progress != NULL)
        (void)progress(progress_ctx, 1);
    return CRS_OK;
}

crs_status crs__sweep_run(crs__plan *plan, const crs_executor *executor, int every_input,
                          crs_rulecheck_progress progress, void *progress_ctx,
                          crs__sweep_counts *counts)
{
    sweep s = {0};
    crs_status status = crs__lists_sort_out(plan);
    memset(counts, 0, plan->n_rules * sizeof *counts);
    if (status == CRS_OK)
        status = sweep_make(plan, crs_executor_workers(executor), &s);
    if (status != CRS_OK)
        return status;
    s.every_input = every_input;
    set_apart(&s);
    crs__lists_plain(&s.judge, &s.tallies[0].bench, s.tallies[0].against, counts);
    for (size_t i = 0; i < plan->n_rules; i++) {
        s.have_wrong[i] = counts[i].plainest_wrong.found;
        s.have_not_linear[i] = counts[i].plainest_not_linear.found;
    }
    judge_wholes(&s);
    status = run_rounds(&s, executor, progress, progress_ctx);
    if (status == CRS_OK) {
        drop_facts(&s);
        for (size_t i = 0; i < plan->n_rules; i++)
            add_up(&s, i, &counts[i]);
    }
    sweep_release(&s);
    return status;
}
