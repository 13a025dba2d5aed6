/*
 * One rule judged at every CPU level: the answers are the same bits, input by input.
 * Included by the tests of them.
 */
#ifndef JUDGE_LEVELS_H
#define JUDGE_LEVELS_H

#include "cmocka_all.h"

#include "check/judge.h"
#include "check/lists.h"
#include "check/plan.h"
#include "core/cpu.h"

#include <crease/act.h>

#include <stdlib.h>
#include <string.h>

enum { LEVELS = 8 };

typedef struct levels {
    const char *act, *text;
    crs_rule *rule;
    crs_act parsed;
    crs__plan plan;
    int n;
    crs__judge judge[LEVELS];
    crs__bench bench[LEVELS];
} levels;

static inline void levels_make(const char *act, const char *text, levels *s)
{
    crs_error err;
    memset(s, 0, sizeof *s);
    s->act = act;
    s->text = text;
    if (crs_rule_parse(text, &err, &s->rule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(crs_act_parse(act, &err, &s->parsed), CRS_OK);
    assert_int_equal(
        crs__plan_make(1, (const crs_rule *const *)&s->rule, &s->parsed, CRS_F32, &s->plan),
        CRS_OK);
    assert_int_equal(crs__lists_sort_out(&s->plan), CRS_OK);
    for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++, s->n++) {
        assert_int_equal(setenv("CREASE_CPU", crs__cpu_name((crs__cpu_level)level), 1), 0);
        assert_int_equal(crs__judge_make(&s->plan, &s->judge[s->n]), CRS_OK);
        assert_int_equal(crs__bench_make(&s->judge[s->n], &s->bench[s->n]), CRS_OK);
    }
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
}

static inline void levels_release(levels *s)
{
    for (int k = 0; k < s->n; k++) {
        crs__bench_release(&s->bench[k]);
        crs__judge_release(&s->judge[k]);
    }
    crs__plan_release(&s->plan);
    crs_rule_destroy(s->rule);
}

static inline void levels_same(const levels *s, int k, uint32_t first, const char *what,
                               const uint8_t *mask, const uint8_t *scalar)
{
    if (mask == NULL && scalar == NULL)
        return;
    for (size_t i = 0; i < s->judge[0].block; i++) {
        if (crs__bit_at(mask, i) != crs__bit_at(scalar, i))
            fail_msg("%s for %s at the float with the bits 0x%08x: %s is %d at level %d, %d at 0",
                     s->text, s->act, (unsigned)(first + i), what, crs__bit_at(mask, i), k,
                     crs__bit_at(scalar, i));
    }
}

/* Judge a block of inputs, none of them NaN, at every level. */
static inline void levels_judge(levels *s, uint32_t first)
{
    for (int k = 0; k < s->n; k++) {
        crs__judge_range(&s->judge[k], first, &s->bench[k]);
        levels_same(s, k, first, "wrong", s->bench[k].wrong[0], s->bench[0].wrong[0]);
        levels_same(s, k, first, "not decided", s->bench[k].not_decided[0],
                    s->bench[0].not_decided[0]);
        levels_same(s, k, first, "not linear", s->bench[k].not_linear[0],
                    s->bench[0].not_linear[0]);
    }
}

#endif
