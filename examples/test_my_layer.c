/*
 * A layer author's unit test: the gradient of a layer of his own, in CI.
 *
 *     cc test_my_layer.c $(pkg-config --cflags --libs crease) -lm && ./a.out
 */
#include <crease/gradcheck.h>

#include <stdio.h>

enum { IN = 3, OUT = 2, N = OUT * IN + OUT };
static const double input[IN] = {0.5, -1.0, 2.0};

/* The layer under test: loss = sum of relu(W x + b)^2 / 2; p is W, row by row, then b. */
static double loss(void *ctx, size_t n, const double *p)
{
    double sum = 0;
    (void)ctx, (void)n;
    for (int j = 0; j < OUT; j++) {
        double z = p[OUT * IN + j];
        for (int k = 0; k < IN; k++)
            z += p[j * IN + k] * input[k];
        sum += z > 0 ? z * z / 2 : 0;
    }
    return sum;
}

static void backward(void *ctx, size_t n, const double *p, double *gradient)
{
    (void)ctx, (void)n;
    for (int j = 0; j < OUT; j++) {
        double z = p[OUT * IN + j];
        for (int k = 0; k < IN; k++)
            z += p[j * IN + k] * input[k];
        double a = z > 0 ? z : 0, dz = a * (z > 0);
        for (int k = 0; k < IN; k++)
            gradient[j * IN + k] = dz * input[k];
        gradient[OUT * IN + j] = dz;
    }
}

int main(void)
{
    const double p[N] = {0.1, -0.4, 0.3, 0.7, 0.2, -0.1, 0.05, 0.02};
    crs_gradcheck *check;
    crs_error err;
    if (crs_gradcheck_function(loss, backward, NULL, N, p, &err, &check) != CRS_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    puts(check->explanation);
    int failed = !check->passed || check->counts[CRS_GRADCHECK_UNDECIDED] > 0;
    crs_gradcheck_destroy(check);
    return failed;
}
