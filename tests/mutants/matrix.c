#include "matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double *arena_take(arena *memory, size_t n)
{
    double *v = memory->v + memory->used;
    if (n > memory->room - memory->used) {
        fprintf(stderr, "a trial needs more memory than the tests set aside\n");
        abort();
    }
    memory->used += n;
    memset(v, 0, n * sizeof *v);
    return v;
}

matrix matrix_new(run *r, size_t rows, size_t cols)
{
    matrix a = {rows, cols, NULL, {0}};
    a.v = arena_take(r->memory, rows * cols);
    return a;
}

matrix matrix_copy(run *r, matrix a)
{
    matrix b = a;
    b.v = arena_take(r->memory, a.rows * a.cols);
    memcpy(b.v, a.v, a.rows * a.cols * sizeof *b.v);
    return b;
}

matrix scalar_new(run *r, double value)
{
    matrix a = matrix_new(r, 1, 1);
    a.v[0] = value;
    return a;
}

static double add_pairwise(const run *r, size_t n, const double *terms)
{
    if (n == 1)
        return terms[0];
    return R(add_pairwise(r, n / 2, terms) + add_pairwise(r, n - n / 2, terms + n / 2));
}

double add_up(const run *r, size_t n, double *terms)
{
    double sum = 0;
    if (n == 0)
        return 0;
    if (r->s->order == SUM_PAIRWISE)
        return add_pairwise(r, n, terms);
    for (size_t i = 0; i < n; i++)
        sum = R(sum + terms[r->s->order == SUM_BACKWARD ? n - 1 - i : i]);
    return sum;
}

static double element(matrix a, int turned, size_t i, size_t j)
{
    return turned ? a.v[j * a.cols + i] : a.v[i * a.cols + j];
}

matrix product(run *r, matrix a, int a_turned, matrix b, int b_turned)
{
    size_t rows = a_turned ? a.cols : a.rows, inner = a_turned ? a.rows : a.cols;
    size_t cols = b_turned ? b.rows : b.cols;
    matrix c = matrix_new(r, rows, cols);
    double terms[MAX_SAMPLES];
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            double sum = 0;
            for (size_t k = 0; k < inner; k++) {
                double x = element(a, a_turned, i, k), y = element(b, b_turned, k, j);
                terms[k] = R(x * y);
                sum = R(fma(x, y, sum));
            }
            c.v[i * cols + j] = r->s->order == SUM_FMA ? sum : add_up(r, inner, terms);
        }
    }
    return c;
}

matrix row_sums(run *r, matrix a)
{
    matrix sums = matrix_new(r, a.rows, 1);
    double terms[MAX_SAMPLES];
    for (size_t i = 0; i < a.rows; i++) {
        memcpy(terms, a.v + i * a.cols, a.cols * sizeof *terms);
        sums.v[i] = add_up(r, a.cols, terms);
    }
    return sums;
}

void scale(const run *r, matrix a, double by)
{
    by = R(by);
    for (size_t i = 0; i < a.rows * a.cols; i++)
        a.v[i] = R(a.v[i] * by);
}

void add_scaled(const run *r, matrix a, double by, matrix b)
{
    by = R(by);
    for (size_t i = 0; i < a.rows * a.cols; i++)
        a.v[i] = R(a.v[i] + R(by * b.v[i]));
}
