/* The part of cmocka that cmocka_all.h tells of. Names and meaning are cmocka's. */
#ifndef TESTS_CMOCKA_STAND_IN_H
#define TESTS_CMOCKA_STAND_IN_H

#include <stdio.h>
#include <stdlib.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
};

#define cmocka_unit_test(f) \
    {                       \
#f, f               \
    }

#define fail_msg(...)                                       \
    do {                                                    \
        (void)printf("%s:%d: error: ", __FILE__, __LINE__); \
        (void)printf(__VA_ARGS__);                          \
        (void)printf("\n");                                 \
        exit(1);                                            \
    } while (0)
#define assert_true(what)          \
    do {                           \
        if (!(what))               \
            fail_msg("%s", #what); \
    } while (0)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_not_equal(p, q) assert_true((p) != (q))
#define assert_int_equal(x, y)                                                   \
    do {                                                                         \
        long long left_ = (long long)(x), right_ = (long long)(y);               \
        if (left_ != right_)                                                     \
            fail_msg("%s is %#llx, %s %#llx", #x, (unsigned long long)left_, #y, \
                     (unsigned long long)right_);                                \
    } while (0)

#define cmocka_run_group_tests(tests, setup, teardown) \
    run_tests(tests, sizeof(tests) / sizeof(tests)[0])

static int run_tests(const struct CMUnitTest *tests, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        void *state = NULL;
        (void)printf("[ RUN      ] %s\n", tests[i].name);
        (void)fflush(stdout);
        tests[i].test(&state);
        (void)printf("[       OK ] %s\n", tests[i].name);
    }
    return 0;
}

#endif
