/* The few operations of NumPy that a step needs, rounded as its type rounds. */
#ifndef TESTS_MUTANTS_MATRIX_H
#define TESTS_MUTANTS_MATRIX_H

#include "learner.h"

/* x as the run's type holds it: + - * / and sqrt of floats, done in double, round right. */
static inline double rounded(int f32, double x)
{
    return f32 ? (double)(float)x : x;
}

#define R(x) rounded(r->s->f32, (x))

/* Memory of the arena, zeroed; a test that needs more than there is ends here. */
double *arena_take(arena *memory, size_t n);
matrix matrix_new(run *r, size_t rows, size_t cols);
matrix matrix_copy(run *r, matrix a);
/* A number of the notebook, which Python keeps as a double: it is rounded where it meets an array. */
matrix scalar_new(run *r, double value);

/* Sum of n terms in the run's order; `terms` is overwritten. */
double add_up(const run *r, size_t n, double *terms);

/* a b, a^T b, a b^T: which of them is transposed. */
matrix product(run *r, matrix a, int a_turned, matrix b, int b_turned);
/* Sum over each row: [rows, 1]. */
matrix row_sums(run *r, matrix a);
/* In place: every element times `by`. */
void scale(const run *r, matrix a, double by);
/* In place: a += by * b. */
void add_scaled(const run *r, matrix a, double by, matrix b);

/* g and g' written out, of the pre-activation z (a: g(z)); `form` picks one of the right forms. */
double act_value(int f32, const crs_act *act, int form, double z);
double act_slope(int f32, const crs_act *act, int form, double z, double a);

/* exp, log, ... of the type. */
double real_exp(int f32, double x);
double real_log(int f32, double x);
double real_tanh(int f32, double x);

#endif
