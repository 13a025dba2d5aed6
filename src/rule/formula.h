/*
 * rule/formula.h - activations and their derivatives as operations.
 *
 * The same functions as <crease/act.h>, made of operations that blocks and intervals
 * can be computed with. Where g is piecewise linear the value's formula gives the
 * bits of crs_act_value_f32 and _f64; elsewhere its interval holds the exact g(z).
 */
#ifndef RULE_FORMULA_H
#define RULE_FORMULA_H

#include "rule/dag.h"

/* g(x); only `id` and `param` of `act` are looked at. */
int crs__formula_value(crs__dag *dag, const crs_act *act, int x);

/*
 * g'(x). On a kink itself: kink.value with `at_kinks`, one of both slopes without. NaN
 * gives any number where g is piecewise linear.
 */
int crs__formula_slope(crs__dag *dag, const crs_act *act, int x, int at_kinks);

/* heaviside(x, y) by comparisons */
int crs__formula_heaviside(crs__dag *dag, int x, int y);

#endif
