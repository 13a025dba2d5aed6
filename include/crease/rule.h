/*
 * crease/rule.h - what somebody writes where g'(z) belongs, read as text.
 *
 * A rule is the backward line of an activation as a learner pastes it: NumPy,
 * PyTorch or C, a bare derivative ("A >= 0") or a whole line ("dZ = dA * (Z > 0)"),
 * several statements, a small function. It is read once into a small program and
 * evaluated over blocks; no part of it is ever executed as code.
 *
 *     crs_rule *rule;
 *     if (crs_rule_parse("dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0", &err, &rule) != CRS_OK)
 *         fprintf(stderr, "column %zu: %s\n", err.column, err.text);
 *     crs_rule_read_as(rule);   // "where(Z <= 0, 0, upstream)"
 *
 * What is understood
 *   z          Z z x X input, each with a layer number too (Z1), self.Z, cache["Z1"]
 *   a = g(z)   A a y output out
 *   upstream   dA da grad_output upstream da_next dout ..., np.dot(W2.T, dZ2),
 *              W2.T @ dZ2; and dZ, dz, dx, grad_input as long as nothing has been
 *              assigned to them (the copy of dA that the pasted lines began with)
 *   numbers    1 0.01 1e-3 1.0f True False np.pi np.inf np.nan
 *   operators  + - * / ** unary -, < <= > >= == !=, & | ^ ~, and or not, && || !,
 *              C's c ? x : y and Python's x if c else y
 *   calls      np. numpy. torch. jnp. tf. F. math. or bare: where maximum minimum
 *              fmaxf fminf multiply ... sign heaviside exp log tanh cosh abs clip
 *              ones ones_like zeros zeros_like float32 int64 array copy ...; and
 *              every activation by name: sigmoid(Z), relu(Z)
 *   methods    .astype(float) .copy() .float() .double() .clip() .clamp(min=0) ...
 *   statements name = ..., name *= ..., masked assignment dZ[Z <= 0] = 0, return,
 *              one per line or parted by ";"; def, assert, import, comments and
 *              "Z = cache" are passed over
 * The value of the rule is what is returned, or else what was assigned last. One
 * in which no upstream gradient occurs is a bare g'(z) and is multiplied by it.
 *
 * Python decides where languages differ: ** binds tighter than unary minus and to
 * the right, & binds tighter than comparisons (so "Z > 0 & A > 0" is refused, with
 * the reason), a sum of two comparisons is "or", a chain 0 < Z < 6 is refused.
 * Numbers are computed with each other in double, then with arrays in the arrays'
 * type. A comparison used as a number is 0 or 1.
 */
#ifndef CREASE_RULE_H
#define CREASE_RULE_H

#include <crease/act.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Limits; a text beyond one of them is refused with CRS_EPARSE. */
#define CRS_RULE_MAX_BYTES 4096 /* length of the text */
#define CRS_RULE_MAX_DEPTH 64   /* nesting of brackets, unary operators and powers */
#define CRS_RULE_MAX_STEPS 256  /* distinct operations of the program */

/* A rule that was read. Immutable: one may be used by many threads at once. */
typedef struct crs_rule crs_rule;

/*
 * Read `text`. On failure *out is NULL, err->column the 1-based byte of `text` at
 * which reading failed (err->line too, if the text has several lines: the column is
 * then that of the line), and err->text says what stood there, what was expected
 * and, for a name that is not known, the nearest one that is.
 *
 * Errors: CRS_EPARSE, CRS_EINVAL (a NULL argument), CRS_ENOMEM.
 */
CRS_API crs_status crs_rule_parse(const char *text, crs_error *err, crs_rule **out);

/* Release a rule; NULL is fine. */
CRS_API void crs_rule_destroy(crs_rule *rule);

/* The text it was read from. Lives as long as the rule. */
CRS_API const char *crs_rule_text(const crs_rule *rule);

/*
 * What was understood, in one canonical line of the same language: "(A >= 0) *
 * upstream". Steps that change no value (a factor 1, copies, casts to float) are
 * left out. Reading it again gives the same rule. Lives as long as the rule.
 */
CRS_API const char *crs_rule_read_as(const crs_rule *rule);

/*
 * 1 if its structure alone shows that the rule is a factor times the upstream
 * gradient; 0 if only evaluating it can tell (crs_rulecheck_run does).
 */
CRS_API int crs_rule_is_linear(const crs_rule *rule);

/*
 * out[i] from z[i], a[i] = g(z[i]) and upstream[i], for i < n. `out` may be
 * `upstream`, `z` or `a`. Elementwise, the same bits on every CPU and however an array is
 * cut; exp, tanh, ... are the C library's. Needs no allocation.
 */
CRS_API void crs_rule_eval_f32(const crs_rule *rule, size_t n, const float *z, const float *a,
                               const float *upstream, float *out);
CRS_API void crs_rule_eval_f64(const crs_rule *rule, size_t n, const double *z, const double *a,
                               const double *upstream, double *out);

/* The rule as a net's backward pass takes it; borrows `rule`. */
CRS_API void crs_rule_backward(const crs_rule *rule, crs_backward_rule *out);

#ifdef __cplusplus
}
#endif
#endif
