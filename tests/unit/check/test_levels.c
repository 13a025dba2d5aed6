/*
 * A rule is judged the same at every CPU level, whatever functions are in it: around the
 * first float of every exponent, and in random places.
 */
#include "judge_levels.h"
#include "random_inputs.h"

static const struct {
    const char *act, *rule;
} cases[] = {
    {"tanh", "1 - A**2"},
    {"tanh", "1 - Z**2"},
    {"tanh", "4 / (np.exp(Z) + np.exp(-Z))**2"},
    {"tanh", "np.sinh(Z) / np.cosh(Z)**3"},
    {"sigmoid", "A * (1 - A)"},
    {"sigmoid", "np.exp(-Z) / (1 + np.exp(-Z))**2"},
    {"softplus", "1 - np.exp(-A)"},
    {"softplus", "np.expm1(Z) / np.exp(Z)"},
    {"elu", "np.where(Z > 0, 1, np.exp(Z))"},
    {"selu", "np.where(Z > 0, 1.0507009873554805, A + 1.7580993408473769)"},
    {"gelu", "0.5 * (1 + erf(0.7071067811865476 * Z)) + 0.3989422804014327 * Z * np.exp(-0.5 * "
             "Z**2)"},
    {"gelu", "0.5 * erfc(-0.7071067811865476 * Z)"},
    {"gelu", "sigmoid(1.702 * Z)"},
    {"gelu_tanh", "1 - A**2"},
    {"silu", "sigmoid(Z) * (1 + Z * (1 - sigmoid(Z)))"},
    {"mish", "np.tanh(np.log1p(np.exp(Z)))"},
    {"mish", "np.log(1 + np.exp(Z)) ** 0.5"},
    {"hard_sigmoid", "np.sqrt(Z) + np.log(Z) + np.expm1(Z)"},
    {"hard_swish", "np.abs(Z) ** A"},
    {"relu", "np.where(Z > 0, np.exp(Z) > 1, 0)"},
    {"relu", "Z * 1e30 * 0"},
    {"leaky_relu:0.1", "np.where(Z < 0, A / Z, 1)"},
};

static void test_levels__judge_alike(void **state)
{
    uint64_t random = 20261128;
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        levels s;
        levels_make(cases[c].act, cases[c].rule, &s);
        for (uint32_t exponent = 1; exponent < 255; exponent++) {
            uint32_t first = (exponent << 23) - (uint32_t)s.judge[0].block / 2;
            levels_judge(&s, first);
            levels_judge(&s, first | 0x80000000u);
        }
        for (int k = 0; k < 200; k++) {
            uint32_t sign = (uint32_t)random_below(&random, 2) << 31;
            levels_judge(&s, sign | (uint32_t)random_below(&random, 0x7f700000));
        }
        levels_release(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels__judge_alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
