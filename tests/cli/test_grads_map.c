/* Arrays as cells: small ones as they are, large ones so that one wrong element is seen. */
#include "grads_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "random_inputs.h"

static double given[300 * 1000], right[300 * 1000];

static void fill_random(size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        given[i] = right[i] = random_unit(&seed);
}

static grads_map measure(size_t n_dims, size_t a, size_t b, size_t c)
{
    crs_array array = {.n_dims = n_dims, .dims = {a, b, c}, .n = 1};
    grads_map map = {0};
    for (size_t i = 0; i < n_dims; i++)
        array.n *= array.dims[i];
    assert_int_equal(grads_map_measure(&array, &map), array.n >= 2);
    return map;
}

static void test_map__shapes(void **state)
{
    grads_map map = measure(1, 7, 0, 0);
    (void)state;
    assert_true(map.rows == 1 && map.columns == 7); /* a vector is a row */
    map = measure(2, 7, 1, 0);
    assert_true(map.rows == 7 && map.columns == 1);
    map = measure(3, 2, 3, 4);
    assert_true(map.rows == 2 && map.columns == 12);
    (void)measure(2, 1, 1, 0); /* no picture */
    (void)measure(2, 0, 5, 0);
}

/* Cell (y, x) is element (y, x), divided by the largest. */
static void test_map__small_arrays_are_drawn_as_they_are(void **state)
{
    grads_map map = measure(2, 3, 4, 0);
    (void)state;
    fill_random(12, 1);
    given[5] = 2;
    right[7] = -4;
    assert_true(grads_map_fill(&map, "dW1", given, right));
    assert_true(map.ny == 3 && map.nx == 4);
    for (size_t i = 0; i < 12; i++) {
        assert_true(map.values[0][i] == given[i] / 4);
        assert_true(map.values[1][i] == right[i] / 4);
    }
    assert_true(map.values[2][7] == 1 || map.values[2][7] == -1);
    assert_string_equal(map.name[0], "dW1, in units of 4");
    grads_map_release(&map);
}

/* One wrong element of 300,000, anywhere, is the one that its block shows. */
static void test_map__one_wrong_element_is_seen(void **state)
{
    uint64_t seed = 5;
    (void)state;
    fill_random(300 * 1000, 2);
    for (int round = 0; round < 50; round++) {
        grads_map map = measure(2, 300, 1000, 0);
        size_t at = random_below(&seed, 300 * 1000), n_seen = 0;
        size_t cell;
        given[at] += 0.001;
        assert_true(grads_map_fill(&map, "dW1", given, right));
        cell = at / 1000 / map.block_rows * map.nx + at % 1000 / map.block_columns;
        for (size_t i = 0; i < map.ny * map.nx; i++)
            n_seen += map.values[2][i] != 0;
        assert_int_equal(n_seen, 1);
        assert_true(map.values[2][cell] == 1);
        grads_map_release(&map);
        given[at] = right[at];
    }
}

static void test_map__what_is_no_number(void **state)
{
    grads_map map = measure(2, 300, 1000, 0);
    (void)state;
    fill_random(300 * 1000, 3);
    given[1234] = NAN;
    assert_true(grads_map_fill(&map, "dW1", given, right));
    assert_true(isnan(map.values[0][(1 / map.block_rows) * map.nx + 234 / map.block_columns]));
    grads_map_release(&map);
    map = measure(2, 300, 1000, 0);
    assert_true(grads_map_fill(&map, "dW1", given, NULL)); /* nothing to compare with */
    assert_true(isnan(map.values[1][0]) && isnan(map.values[2][0]));
    grads_map_release(&map);
}

static void test_map__all_zero(void **state)
{
    grads_map map = measure(1, 3, 0, 0);
    (void)state;
    memset(given, 0, 3 * sizeof *given);
    memset(right, 0, 3 * sizeof *right);
    assert_true(grads_map_fill(&map, "db1", given, right));
    for (size_t i = 0; i < 3; i++)
        assert_true(map.values[0][i] == 0 && map.values[2][i] == 0);
    grads_map_release(&map);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map__shapes),
        cmocka_unit_test(test_map__small_arrays_are_drawn_as_they_are),
        cmocka_unit_test(test_map__one_wrong_element_is_seen),
        cmocka_unit_test(test_map__what_is_no_number),
        cmocka_unit_test(test_map__all_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
