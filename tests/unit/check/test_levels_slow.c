/*
 * Where a wrong rule comes so near to the derivative that intervals cannot tell them apart any
 * more, the last bit of tanh decides: every float between 2^-12 and 2^-11 is judged the same at
 * every CPU level.
 */
#include "judge_levels.h"

static void test_levels__judge_every_float_alike_where_a_wrong_rule_becomes_right(void **state)
{
    const float ends[2] = {0x1p-12f, 0x1p-11f};
    uint32_t bits[2];
    size_t wrong = 0, all = 0;
    levels s;
    (void)state;
    memcpy(bits, ends, sizeof bits);
    levels_make("tanh", "1 - Z**2", &s);
    for (uint32_t first = bits[0]; first < bits[1]; first += (uint32_t)s.judge[0].block) {
        levels_judge(&s, first);
        levels_judge(&s, first | 0x80000000u);
        wrong += s.judge[0].ops->popcount(s.judge[0].block, s.bench[0].wrong[0]);
        all += s.judge[0].block;
    }
    assert_true(wrong > 0 && wrong < all);
    levels_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels__judge_every_float_alike_where_a_wrong_rule_becomes_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
