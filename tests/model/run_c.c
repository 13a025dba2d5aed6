/*
 * The exported models, each on its rows, against what crs_model_predict said (make_models.c).
 * Compiled with the models in one file, all.c, and with cases.h.
 */
#include "all.c"

#include <stdio.h>

static int failures;

static void check(int model, int row, int j, double got, double expected, double bound)
{
    if (fabs(got - expected) <= bound) /* NaN compares false */
        return;
    failures++;
    printf("model %d (its seed), row %d, output %d: %.17g, expected %.17g within %.3g\n", model,
           row, j, got, expected, bound);
}

#define CHECK(i, rows, n_in, n_out, type)                                             \
    type out[n_out];                                                                  \
    for (int s = 0; s < rows; s++) {                                                  \
        m##i##_predict(x##i + s * (n_in), out);                                       \
        for (int j = 0; j < n_out; j++)                                               \
            check(i, s, j, out[j], y##i[s * (n_out) + j], bound##i[s * (n_out) + j]); \
    }                                                                                 \
    return rows * n_out;

#include "cases.h"

int main(void)
{
    int n = 0 RUN_ALL;
    printf("%d outputs, %d wrong\n", n, failures);
    return failures > 0 || n == 0;
}
