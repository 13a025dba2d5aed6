/* Rules read from texts, for tests of comparisons. */
#ifndef TESTS_RULE_SET_H
#define TESTS_RULE_SET_H

#include <crease/compare.h>

typedef struct rule_set {
    size_t n;
    crs_rule *rules[CRS_RULECHECK_MAX_RULES];
} rule_set;

/* `texts` ends with NULL. */
static inline void rule_set_parse(rule_set *set, const char *const *texts)
{
    for (set->n = 0; texts[set->n] != NULL; set->n++)
        assert_int_equal(crs_rule_parse(texts[set->n], NULL, &set->rules[set->n]), CRS_OK);
}

static inline void rule_set_release(rule_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        crs_rule_destroy(set->rules[i]);
}

#endif
