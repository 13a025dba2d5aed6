/*
 * check/diagnose/case.h - the case at hand: a net, whatever arrays of it there are, and what
 * was settled about how its author reckons.
 *
 * Every array that a step of training has is a node (kind, layer). A node may be given; if
 * not, it is computed from the nodes before it, given ones first. In the order of the data
 * flow:
 *
 *     Z1 [mu1 var1 Zhat1 ZN1] A1 ... AL cost dAL [dZNL dgammaL dbetaL] dZL dWL dbL dA(L-1) ...
 *     velocities and new parameters
 *
 * Matrices here are feature-major whatever the file has: Z [n_l, m], W [n_l, n_(l-1)], b [n_l, 1].
 *
 * A slip is another formula for a node than the right one: a bug of the catalogue, as code.
 */
#ifndef CHECK_DIAGNOSE_CASE_H
#define CHECK_DIAGNOSE_CASE_H

#include "check/diagnose/mat.h"

#include <crease/diagnose.h>

#define CRS__LAYERS CRS_DIAGNOSE_MAX_LAYERS

typedef enum crs__kind {
    /* given or not there at all */
    CRS__Y,
    CRS__W,
    CRS__B,
    CRS__GAMMA,
    CRS__BETA,
    CRS__D,
    CRS__DW_PREV,
    CRS__DB_PREV,
    CRS__VW_OLD, /* momentum's velocity or Adam's first moment before the step, */
    CRS__VB_OLD,
    CRS__SW_OLD, /* Adam's second moment before it */
    CRS__SB_OLD,
    /* forward; A of layer 0 is X */
    CRS__Z,
    CRS__MU,
    CRS__VAR,
    CRS__ZHAT,
    CRS__ZN,
    CRS__A,
    CRS__COST,
    /* backward */
    CRS__DA,
    CRS__DZN,
    CRS__DGAMMA,
    CRS__DBETA,
    CRS__DZ,
    CRS__DW,
    CRS__DB,
    /* the step */
    CRS__VW,
    CRS__VB,
    CRS__SW,
    CRS__SB,
    CRS__W_NEW,
    CRS__B_NEW,
    CRS__KINDS
} crs__kind;

/* Formulas that are not the right one; each belongs to the nodes named. */
typedef enum crs__slip {
    CRS__RIGHT,
    CRS__OTHER_ROUTE, /* right as well: dZ of the output through the given dA; a hidden one's from
                         the Z that was overwritten */
    /* Z */
    CRS__Z_IS_A, /* g(Z) stands in Z */
    CRS__WEIGHT_TRANSPOSED,
    CRS__WEIGHT_OF,  /* of layer arg; dA too */
    CRS__INPUT_OF,   /* A of layer arg; dW too */
    CRS__INPUT_IS_Z, /* Z instead of A of the layer below; dW too */
    CRS__NO_BIAS,    /* not in the catalogue: told as a pattern */
    /* A of the output */
    CRS__SOFTMAX_AXIS,
    CRS__SOFTMAX_TWICE, /* cost and dZ too */
    /* any gradient: a factor */
    CRS__SIGN,
    CRS__TWO,
    CRS__HALF,
    CRS__TIMES_M,
    CRS__OVER_M,
    CRS__ZERO,
    CRS__MULTIPLE, /* arg times */
    CRS__PLUS_PREV,
    /* dZ or dA of the output */
    CRS__TIMES_SLOPE,   /* a (1 - a) once more */
    CRS__WITHOUT_SLOPE, /* a - y where g' is due */
    CRS__OTHER_LOSS,    /* of cost arg, times `value` */
    CRS__ABSOLUTE_LOSS,
    CRS__SOFTMAX_DIAGONAL,
    CRS__SOFTMAX_TWICE_FULL,
    CRS__BROADCAST, /* a - mean(y) */
    CRS__BROADCAST_SUM,
    CRS__SHUFFLED, /* labels of other samples; the cost too */
    /* the derivative of an activation */
    CRS__SLOPE_ONE,
    CRS__SLOPE_LEFT, /* the inactive slope is `value` */
    CRS__REPLACED,   /* g'(z) itself, upstream lost */
    CRS__REPLACED_ACTIVE,
    CRS__REPLACED_KINK, /* `value` where z is on a kink */
    CRS__INVERTED,
    CRS__SLOPE_OF,       /* of layer arg's z */
    CRS__SLOPE_OF_INPUT, /* where the layer's input is positive */
    CRS__SIGMOID_OF_A,   /* a (1 - a) */
    CRS__SIGMOID_OF_Z,   /* s (1 - s) with s = sigmoid(z) */
    CRS__Z_TIMES_1_MINUS_Z,
    CRS__ONE_MINUS_Z_2,
    CRS__SLOPE_AT_A,
    CRS__CLAMPED, /* slopes below `value` are `value` */
    CRS__MATRIX_PRODUCT,
    CRS__MATRIX_PRODUCT_LEFT,
    /* dA of a hidden layer */
    CRS__DW_FOR_W,
    CRS__W_UPDATED,
    CRS__MASK_MISSING,
    CRS__SCALE_MISSING,
    CRS__DA_IS_DZ, /* dZ was made of it in place: no bug, and taken as not saved */
    /* dW, db */
    CRS__L2_MISSING,
    CRS__L2_NOT_AVERAGED,
    CRS__L2_SIGN,
    CRS__BIAS_REGULARISED,
    CRS__BIAS_REGULARISED_WHOLE,
    CRS__BIAS_COLUMN, /* one sample's column, arg */
    CRS__BIAS_ALL_COLUMNS,
    CRS__BIAS_AXIS,
    /* batch normalisation's dZ */
    CRS__GAMMA_MISSING,
    CRS__MEAN_TERM,
    CRS__VAR_TERM,
    /* the step */
    CRS__STEP_SIGN,
    CRS__ADAM_UNCORRECTED,
    CRS__ADAM_MULTIPLIED,
    CRS__MOMENTUM_SIGN,
    CRS__MOMENTUM_TWICE
} crs__slip;

/* A slip with what it needs to know. */
typedef struct crs__variant {
    crs__slip slip;
    size_t arg;   /* a layer, a sample, a cost, a multiple */
    double value; /* a slope */
} crs__variant;

typedef struct crs__ref {
    crs__kind kind;
    size_t layer;
} crs__ref;

typedef struct crs__difference {
    size_t n_wrong, n; /* elements beyond both bounds, of how many compared */
    size_t worst;      /* the element that is off by the most, in given's order */
    double error;      /* largest difference over the largest computed */
    double excess;     /* of the worst: difference over bound */
    int shape;         /* shapes differ: nothing was compared */
} crs__difference;

/* What a node follows from, as far as that may change: memo.c. */
typedef struct crs__key {
    size_t n;
    double item[32];
} crs__key;

typedef struct crs__memo {
    int is_set;
    crs__key key;
    size_t serial;              /* of the matrix, among all that were computed */
    crs_status status;          /* of a given node: */
    crs__difference difference; /* how it differs */
} crs__memo;

typedef struct crs__node {
    const crs_array *source; /* NULL: not given */
    int transposed;          /* the file has it the other way round */
    int odd;                 /* given in a shape that no right array has (db, dZ) */
    crs__mat given;
    crs__mat computed; /* not if it is given */
    int has_computed;
    crs__mat trial; /* what a hypothesis gives instead */
    int has_trial;
    crs__variant accepted; /* how its author computes it, if it is not given */
    crs__memo memo[2];     /* of a given one for both right routes */
} crs__node;

/* What a velocity is. */
typedef enum crs__momentum {
    CRS__MOMENTUM_AVERAGE, /* v = beta v + (1 - beta) g, p - lr v */
    CRS__MOMENTUM_SUM,     /* v = beta v + g, p - lr v */
    CRS__MOMENTUM_STEP,    /* v = beta v - lr g, p + v */
    CRS__MOMENTUM_FORMS
} crs__momentum;

/* How the author reckons, where more than one way is right. */
typedef struct crs__ways {
    crs_cost cost;
    double kappa;     /* the cost is kappa times the sum over outputs of bce, ce or (a - y)^2 / 2 */
    int is_sum;       /* over samples, not the mean */
    double da_factor; /* what of kappa / m the output's dA carries already, */
    double dz_factor; /* and its dZ; the rest is in dW and db */
    double l2;        /* gradient of the L2 term: l2 * W; 0 if there is none */
    double keep_factor[CRS__LAYERS + 1]; /* A is g(Z) * D * keep_factor; NaN: not known */
    int dropout_in_dz;                   /* dA is saved before the mask is applied */
    double log_epsilon;                  /* log(a + log_epsilon) */
    int unbiased;                        /* batch normalisation with 1 / (m - 1) */
    crs__momentum momentum;
} crs__ways;

/* Columns of dW for a first look, where there are thousands: a wrong way or formula shows there. */
#define CRS__FIRST_LOOK 64

/* At most so many nodes are computed. */
#define CRS__FLOW (19 * (CRS__LAYERS + 1))

typedef enum crs__optimizer { CRS__PLAIN, CRS__MOMENTUM, CRS__ADAM } crs__optimizer;

typedef struct crs__case {
    const crs_arrays *arrays;
    const crs_diagnose_options *options;
    size_t n_layers, m, widths[CRS__LAYERS + 1];
    crs_samples samples;
    int w_in_out;                  /* W is [n_in, n_out] in the file */
    int modules;                   /* some names are of PyTorch modules, whose W is [n_out, n_in] */
    double u;                      /* roundoff of the author's number type */
    crs_act acts[CRS__LAYERS + 1]; /* of layers 1 ... n_layers; the output's unless it is softmax */
    int act_assumed[CRS__LAYERS + 1];
    int act_settled[CRS__LAYERS + 1];
    crs_output output;
    int has_output; /* the last layer is one: there is a Y, or a cost */
    int cost_assumed;
    int output_assumed;
    int l2_inferred;  /* lambd was found in the gradient */
    double undone_lr; /* W and b were saved after a step of this lr, and are before it; or NaN */
    const crs_array *overwritten[CRS__LAYERS + 1]; /* the dA of a layer that was saved as its dZ */
    int has_bn[CRS__LAYERS + 1];
    int z_overwritten[CRS__LAYERS + 1]; /* the given Z is A; `computed` holds what it was */
    crs__ways ways;
    /* single numbers; NaN: not given */
    double keep_prob[CRS__LAYERS + 1], lambd, lr, momentum, beta1, beta2, epsilon, t;
    crs__optimizer optimizer;
    size_t columns; /* of dW that are computed: all, or CRS__FIRST_LOOK */
    size_t serial;  /* of the matrix that was computed last */
    crs__node nodes[CRS__KINDS][CRS__LAYERS + 1];
    size_t n_flow;
    crs__ref flow[CRS__FLOW]; /* nodes that are computed, in the order of the data flow */
} crs__case;

/* ---- nodes: node.c ---- */

crs__node *crs__node_at(crs__case *c, crs__ref ref);
int crs__is_given(const crs__case *c, crs__kind kind, size_t layer);

/* What the next step reads: given, else a trial's, else computed; NULL where there is none. */
const crs__mat *crs__get(const crs__case *c, crs__kind kind, size_t layer);

/* Fill in `flow`, once it is known which layers are normalised. */
void crs__make_flow(crs__case *c);

/* What a node follows from by the right formula; at most CRS__INPUTS of them. */
#define CRS__INPUTS 8
size_t crs__inputs(const crs__case *c, crs__ref ref, crs__ref *inputs);

/* From now on the layer's given Z counts as overwritten. Errors: CRS_ENOMEM. */
crs_status crs__keep_true_z(crs__case *c, size_t layer);

/* What g and g' are functions of: Z or ZN of the layer, and not an A that overwrote it. */
const crs__mat *crs__true_z(const crs__case *c, size_t layer);

/* The kind whose formula has g' in it: ZN or Z of a layer, and its derivative. */
crs__kind crs__preactivation(const crs__case *c, size_t layer);
crs__kind crs__derivative(const crs__case *c, size_t layer);

/* "Z", "dW", ...; the name in the file of a given node, else the name with its layer. */
const char *crs__kind_name(crs__kind kind);
void crs__node_name(const crs__case *c, crs__ref ref, char *text, size_t size);

/* What of the cost's factor is not in dZ already, and so in dW and db. */
double crs__weight_factor(const crs__case *c);

/* Compute every node that is not given, from `from` on; what cannot be is left out. */
crs_status crs__compute_all(crs__case *c, crs__kind from);

/* The same of one node; those before it are computed. */
crs_status crs__compute_node(crs__case *c, crs__ref ref);

/*
 * How a given node differs from what one of the right routes gives. CRS_ENOENT as crs__compute;
 * not while a trial lasts.
 */
crs_status crs__check(crs__case *c, crs__ref ref, crs__slip route, crs__difference *out);

/* The shapes are read anew: nothing is known any more. */
void crs__forget(crs__case *c);

/*
 * One node by a formula. CRS_ENOENT: this one does not apply, or what it needs is not there.
 * *out is made then only for CRS_OK.
 */
crs_status crs__compute(const crs__case *c, crs__ref ref, const crs__variant *variant,
                        crs__mat *out);
crs_status crs__compute_forward(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                crs__mat *out);
crs_status crs__compute_output(const crs__case *c, crs__ref ref, const crs__variant *variant,
                               crs__mat *out);
crs_status crs__compute_derivative(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                   crs__mat *out);
crs_status crs__compute_backward(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                 crs__mat *out);
crs_status crs__compute_batchnorm(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                  crs__mat *out);
crs_status crs__compute_step(const crs__case *c, crs__ref ref, const crs__variant *variant,
                             crs__mat *out);

/* A factor that a slip of any gradient is; 0 and *is_factor = 0 for other slips. */
double crs__slip_factor(const crs__case *c, const crs__variant *variant, int *is_factor);

/* Is all given that says how the step is made? If not, one that differs is no bug yet. */
int crs__step_is_known(const crs__case *c);

/* The net's cost in a given way, with its bound; CRS_ENOENT where A or Y is not there. */
crs_status crs__cost(const crs__case *c, const crs__ways *ways, int softmax_twice, int broadcast,
                     double *value, double *bound);
crs_status crs__cost_of(const crs__case *c, const crs__ways *ways, int softmax_twice, int broadcast,
                        const crs__mat *y, double *value, double *bound);

/* dA or dZ of the output by the right formula for these outputs and labels. Errors: CRS_ENOMEM. */
crs_status crs__output_of(const crs__case *c, crs__kind kind, const crs__mat *a, const crs__mat *y,
                          crs__mat *out);

/*
 * The labels in an order for which the given dA or dZ of the output is right: labels.c.
 * CRS_ENOENT: there is none.
 */
crs_status crs__labels_shuffled(const crs__case *c, crs__ref ref, crs__mat *out);

/* g and g' with bounds, of a z with a bound: units.c */
typedef struct crs__number {
    double v, e;
} crs__number;

crs__number crs__unit_value(const crs_act *act, double z, double ez, double u);
crs__number crs__unit_slope(const crs_act *act, double z, double ez, double u);

/* ---- comparing: compare.c ---- */

/* How a given node differs from `computed`, which may have fewer columns. */
void crs__compare(const crs__case *c, const crs__node *node, const crs__mat *computed,
                  crs__difference *out);

/* Is element i of the node beyond the bounds? */
int crs__is_off(const crs__case *c, const crs__node *node, const crs__mat *computed, size_t i);

/*
 * How wrong the given nodes from kind `from` to kind `to` are, 0 if all match: CRS__FLOW for
 * each that does not, and less the later the first of them comes. What is not given of these
 * kinds is computed on the way. It stops once it is clear that *out is `least` or more; what
 * comes later is left as it was.
 */
crs_status crs__count_mismatches(crs__case *c, crs__kind from, crs__kind to, size_t least,
                                 size_t *out);

/* ---- reading: names.c, shapes.c ---- */

/* Find nodes and numbers by name; names that are not understood are marked in unused. */
crs_status crs__name_arrays(crs__case *c, unsigned char *unused, crs_error *err);

/* One way to read the shapes. */
typedef struct crs__orientation {
    crs_samples samples;
    int w_in_out;
} crs__orientation;

/* Which of the four fit; writes them to `fit`. If none does, err says why the nearest does not. */
size_t crs__orientations(crs__case *c, crs__orientation *fit, crs_error *err);

/* Fill widths, m and the given matrices. */
crs_status crs__lay_out(crs__case *c, const crs__orientation *o, crs_error *err);

/* ---- mending: habits.c ---- */

/*
 * Parameters that were saved after the step that the gradients made are put back to what they
 * were before it (undone_lr). After crs__lay_out. Errors: CRS_ENOMEM.
 */
crs_status crs__undo_habits(crs__case *c);

/* ---- settling: settle.c, ways.c ---- */

/* Of the coarsest number type among what was computed. */
double crs__roundoff(const crs__case *c);

/*
 * Find out acts, output, cost and ways from what is given, so that as much as possible of it
 * is right; computes every node. *mismatches: how many given nodes are not.
 */
crs_status crs__settle(crs__case *c, size_t *mismatches, crs_error *err);

/* The ways alone, for the acts and output at hand; *mismatches counts backward's nodes. */
crs_status crs__settle_ways(crs__case *c, size_t *mismatches);

/*
 * The shares of one way under which the fewest arrays are wrong, if that is fewer than *least;
 * with 1 it looks for those alone under which all are right. What is computed is not settled.
 */
crs_status crs__settle_shares(crs__case *c, const crs__ways *way, crs__ways *best, size_t *least);

/* The same for a 2 or 1/n that comes later than usual: taken only if all is right then. */
crs_status crs__settle_late_shares(crs__case *c, const crs__ways *way, crs__ways *best,
                                   size_t *least);

/* A list of numbers, each once. */
typedef struct crs__numbers {
    size_t n;
    double item[8];
} crs__numbers;

void crs__numbers_put(crs__numbers *list, double value);

/* The factors that people give a cost, the usual one first. */
void crs__kappas(const crs__case *c, crs_cost cost, crs__numbers *out);

/* The optimizer, lr where it is not given, and how momentum is damped: optimizer.c. */
crs_status crs__settle_step(crs__case *c);

/* A number that data show to be within rounding of `value`, as somebody would have typed it. */
double crs__as_typed(double value, double u);

void crs__case_release(crs__case *c);
void crs__node_release(crs__node *node);

#endif
