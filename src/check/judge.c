#include "check/judge.h"

#include "core/memory.h"

#include <string.h>

/* ---- programs ---- */

/* The nodes that a program is asked for. */
typedef struct outputs {
    int *nodes;
    int n;
} outputs;

/* The place of a mask among the outputs; -1 for one that is FALSE. */
static int ask(outputs *o, const crs__plan *plan, int mask)
{
    if (crs__plan_is_never(plan, mask))
        return -1;
    o->nodes[o->n] = mask;
    return o->n++;
}

static void ask_all(crs__judge *judge, outputs *o)
{
    const crs__plan *plan = judge->plan;
    for (size_t i = 0; i < plan->n_rules; i++) {
        const crs__plan_rule *r = &plan->rule[i];
        judge->wrong[i] = ask(o, plan, r->wrong);
        judge->unbounded[i] = plan->exact ? -1 : ask(o, plan, r->unbounded);
        judge->not_linear[i] = ask(o, plan, r->not_linear);
    }
    for (size_t k = 0; k < plan->n_facts; k++) {
        judge->fact[k] = plan->facts[k].holds ? ask(o, plan, plan->facts[k].against) : -1;
        if (judge->fact[k] >= 0)
            judge->open_facts[judge->n_open++] = k;
    }
}

crs_status crs__judge_make(const crs__plan *plan, crs__judge *out)
{
    outputs o = {NULL, 0};
    crs_status status = CRS_ENOMEM;
    memset(out, 0, sizeof *out);
    out->plan = plan;
    out->ops = crs__ops_get(crs__cpu_level_get());
    out->block = plan->exact ? CRS__JUDGE_BLOCK : CRS__JUDGE_INTERVALS;
    out->fact = crs__alloc(plan->n_facts, sizeof *out->fact);
    out->open_facts = crs__alloc(plan->n_facts, sizeof *out->open_facts);
    o.nodes = crs__alloc(3 * CRS_RULECHECK_MAX_RULES + plan->n_facts, sizeof *o.nodes);
    if (out->fact == NULL || out->open_facts == NULL || o.nodes == NULL)
        goto out;
    ask_all(out, &o);
    status = crs__program_make(&plan->dag, o.n, o.nodes, plan->exact, &out->program);
    if (status != CRS_OK)
        goto out;
    o.n = 0;
    for (size_t i = 0; i < plan->n_rules; i++)
        out->again_wrong[i] =
            plan->exact && plan->rule[i].rounds ? ask(&o, plan, plan->rule[i].wrong) : -1;
    status = crs__program_make(&plan->dag, o.n, o.nodes, 0, &out->again);
    if (status != CRS_OK)
        goto out;
    o.n = 0;
    for (size_t i = 0; i < plan->n_rules; i++)
        out->is_nan[i] = ask(&o, plan, plan->rule[i].is_nan);
    status = crs__program_make(&plan->dag, o.n, o.nodes, 1, &out->nan);
out:
    crs__free(o.nodes);
    if (status != CRS_OK)
        crs__judge_release(out);
    return status;
}

void crs__judge_release(crs__judge *judge)
{
    crs__program_release(&judge->program);
    crs__program_release(&judge->again);
    crs__program_release(&judge->nan);
    crs__free(judge->fact);
    crs__free(judge->open_facts);
    memset(judge, 0, sizeof *judge);
}

/* ---- registers ---- */

/* float32 registers for whole blocks, with the constants in them. */
static crs_status make_registers(const crs__judge *judge, const crs__program *program, void ***out,
                                 void **block)
{
    size_t n = (size_t)crs__program_registers(program), numbers = (size_t)program->n_numbers;
    size_t number = CRS__JUDGE_BLOCK * sizeof(float);
    unsigned char *at;
    *out = crs__alloc(n, sizeof **out);
    *block = crs__alloc_aligned(numbers * number + (n - numbers) * CRS__JUDGE_BYTES, 1);
    if (*out == NULL || *block == NULL)
        return CRS_ENOMEM;
    at = *block;
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = at;
        at += i < numbers ? number : CRS__JUDGE_BYTES;
    }
    crs__program_constants(program, judge->ops, CRS_F32, CRS__JUDGE_BLOCK, *out);
    return CRS_OK;
}

static crs_status make_intervals(const crs__judge *judge, const crs__program *program,
                                 crs__intervals *out)
{
    crs_status status = crs__intervals_make(program, CRS__JUDGE_INTERVALS, out);
    if (status == CRS_OK)
        crs__intervals_constants(program, judge->ops, CRS__JUDGE_INTERVALS, out);
    return status;
}

/* The mask of an output: where it is set, or, for intervals, where it must or may be. */
static uint8_t *mask_of(const crs__judge *judge, const crs__bench *bench, int output, int may)
{
    int reg;
    if (output < 0)
        return NULL;
    reg = judge->program.outputs[output];
    if (judge->plan->exact)
        return bench->registers[reg];
    return may ? bench->intervals.hi[reg] : bench->intervals.lo[reg];
}

/* Where the answers will lie: registers of outputs stay the same from block to block. */
static void find_answers(const crs__judge *judge, crs__bench *bench)
{
    for (size_t i = 0; i < judge->plan->n_rules; i++) {
        bench->wrong[i] = mask_of(judge, bench, judge->wrong[i], 0);
        bench->not_linear[i] = mask_of(judge, bench, judge->not_linear[i], 0);
        bench->not_decided[i] = mask_of(judge, bench, judge->unbounded[i], 1);
    }
}

crs_status crs__bench_make(const crs__judge *judge, crs__bench *out)
{
    crs_status status;
    memset(out, 0, sizeof *out);
    status = judge->plan->exact
                 ? make_registers(judge, &judge->program, &out->registers, &out->block)
                 : make_intervals(judge, &judge->program, &out->intervals);
    if (status == CRS_OK)
        status = make_registers(judge, &judge->nan, &out->nan_registers, &out->nan_block);
    if (status == CRS_OK && judge->again.n_outputs > 0)
        status = make_intervals(judge, &judge->again, &out->again);
    if (status == CRS_OK) {
        out->ranges =
            crs__alloc((size_t)crs__program_registers(&judge->program), sizeof *out->ranges);
        status = out->ranges == NULL ? CRS_ENOMEM : CRS_OK;
    }
    if (status == CRS_OK)
        find_answers(judge, out);
    else
        crs__bench_release(out);
    return status;
}

void crs__bench_release(crs__bench *bench)
{
    crs__free(bench->registers);
    crs__free(bench->block);
    crs__free(bench->nan_registers);
    crs__free(bench->nan_block);
    crs__intervals_release(&bench->intervals);
    crs__intervals_release(&bench->again);
    crs__free(bench->ranges);
    memset(bench, 0, sizeof *bench);
}

/* ---- blocks ---- */

/*
 * What float32 finds wrong in a rule that rounds is wrong only if intervals say so too:
 * z is the block's inputs in float32.
 */
static void judge_again(const crs__judge *judge, const float *z, crs__bench *bench)
{
    for (size_t start = 0; start < judge->block; start += CRS__JUDGE_INTERVALS) {
        double *wide = bench->again.lo[0];
        for (size_t i = 0; i < CRS__JUDGE_INTERVALS; i++)
            wide[i] = (double)z[start + i];
        crs__intervals_run(&judge->again, judge->ops, CRS__JUDGE_INTERVALS, &bench->again);
        for (size_t i = 0; i < judge->plan->n_rules; i++) {
            const uint8_t *must;
            if (judge->again_wrong[i] < 0)
                continue;
            must = bench->again.lo[judge->again.outputs[judge->again_wrong[i]]];
            for (size_t k = 0; k < CRS__JUDGE_INTERVALS / 8; k++)
                bench->wrong[i][start / 8 + k] &= must[k];
        }
    }
}

/* Does float32 find something wrong in a rule that rounds? */
static int must_judge_again(const crs__judge *judge, const crs__bench *bench)
{
    for (size_t i = 0; i < judge->plan->n_rules; i++) {
        if (judge->again_wrong[i] >= 0 && judge->ops->any(judge->block, bench->wrong[i]))
            return 1;
    }
    return 0;
}

/* Run the program on the inputs in its register 0 and take the answers out. */
static void judge_block(const crs__judge *judge, crs__bench *bench)
{
    size_t n = judge->block;
    if (judge->plan->exact)
        crs__program_run(&judge->program, judge->ops, CRS_F32, n, bench->registers);
    else
        crs__intervals_run(&judge->program, judge->ops, n, &bench->intervals);
    for (size_t i = 0; i < judge->plan->n_rules; i++) {
        if (bench->not_decided[i] == NULL || bench->wrong[i] == NULL)
            continue;
        for (size_t k = 0; k < n / 8; k++) /* an overflow that must be wrong is decided */
            bench->not_decided[i][k] = (uint8_t)(bench->not_decided[i][k] & ~bench->wrong[i][k]);
    }
    if (judge->plan->exact && must_judge_again(judge, bench))
        judge_again(judge, bench->registers[0], bench);
}

void crs__judge_range(const crs__judge *judge, uint32_t first, crs__bench *bench)
{
    if (judge->plan->exact)
        judge->ops->count_f32(judge->block, first, bench->registers[0]);
    else
        judge->ops->count_f64(judge->block, first, bench->intervals.lo[0]);
    judge_block(judge, bench);
}

void crs__judge_list(const crs__judge *judge, crs__bench *bench)
{
    float *narrow;
    if (judge->plan->exact) {
        narrow = bench->registers[0];
        for (size_t i = 0; i < judge->block; i++)
            narrow[i] = (float)bench->z[i];
    } else {
        memcpy(bench->intervals.lo[0], bench->z, judge->block * sizeof *bench->z);
    }
    judge_block(judge, bench);
}

/* "Always" must hold whatever the comparison's rounding; values are the same within it. */
static int needs_may(const crs__judge *judge, size_t k)
{
    crs__fact_kind kind = judge->plan->facts[k].kind;
    return kind == CRS__FACT_ALWAYS || kind == CRS__FACT_NEVER;
}

const uint8_t *crs__judge_against(const crs__judge *judge, const crs__bench *bench, size_t k)
{
    return mask_of(judge, bench, judge->fact[k], needs_may(judge, k));
}

/* ---- ranges ---- */

static crs__tri whole_of(const crs__judge *judge, const crs__bench *bench, int output, int may)
{
    const crs__range *range;
    if (output < 0)
        return CRS__NEVER;
    range = &bench->ranges[judge->program.outputs[output]];
    return may ? range->may : range->must;
}

void crs__judge_whole(const crs__judge *judge, uint32_t first, uint32_t last, crs__bench *bench,
                      crs__whole *out)
{
    float z[2];
    memcpy(&z[0], &first, sizeof first);
    memcpy(&z[1], &last, sizeof last);
    if (judge->plan->exact)
        crs__range_run_exact(&judge->program, judge->ops, z[0], z[1], bench->ranges);
    else
        crs__range_run(&judge->program, judge->ops, (double)z[0], (double)z[1], bench->ranges);
    for (size_t i = 0; i < judge->plan->n_rules; i++) {
        out->wrong[i] = whole_of(judge, bench, judge->wrong[i], 0);
        out->not_linear[i] = whole_of(judge, bench, judge->not_linear[i], 0);
        out->not_decided[i] = whole_of(judge, bench, judge->unbounded[i], 1);
        if (out->wrong[i] != CRS__NEVER && judge->again_wrong[i] >= 0)
            out->wrong[i] = CRS__OPEN;    /* in float32: intervals have the last word */
        if (out->wrong[i] == CRS__ALWAYS) /* an overflow that must be wrong is decided */
            out->not_decided[i] = CRS__NEVER;
    }
}

crs__tri crs__judge_whole_against(const crs__judge *judge, const crs__bench *bench, size_t k)
{
    return whole_of(judge, bench, judge->fact[k], needs_may(judge, k));
}

void crs__judge_nan(const crs__judge *judge, uint32_t first, crs__bench *bench, size_t *numbers)
{
    judge->ops->count_f32(CRS__JUDGE_BLOCK, first, bench->nan_registers[0]);
    crs__program_run(&judge->nan, judge->ops, CRS_F32, CRS__JUDGE_BLOCK, bench->nan_registers);
    for (size_t i = 0; i < judge->plan->n_rules; i++) {
        size_t is_nan = 0;
        if (judge->is_nan[i] >= 0)
            is_nan = judge->ops->popcount(
                CRS__JUDGE_BLOCK, bench->nan_registers[judge->nan.outputs[judge->is_nan[i]]]);
        numbers[i] = CRS__JUDGE_BLOCK - is_nan;
    }
}
