/*
 * One training step as a learner's notebook takes it: forward, cost, backward, update, in
 * plain loops, with every array kept and every bug of the catalogue as a switch. It shares no
 * code with the library and nothing with what judges it.
 *
 * Inside, samples lie along columns: A is [units, samples], W is [units, inputs]; save.c turns
 * them round. In float32 every operation is rounded to float.
 */
#ifndef TESTS_MUTANTS_LEARNER_H
#define TESTS_MUTANTS_LEARNER_H

#include "bugs.h"

#include <crease/act.h>

#include <stddef.h>
#include <stdint.h>

enum { MAX_LAYERS = 4, MAX_WIDTH = 12, MAX_SAMPLES = 1000 };

typedef enum output_kind { OUT_SIGMOID, OUT_SOFTMAX, OUT_LINEAR, OUT_TANH } output_kind;
typedef enum cost_kind { COST_BCE, COST_CE, COST_SQUARED } cost_kind;
/* Where the mean's 1/m stands: at dW and db (the course), at the output's dZ, or at its dA. */
typedef enum mean_place { MEAN_AT_DW, MEAN_AT_DZ, MEAN_AT_DA } mean_place;
typedef enum step_kind { STEP_NONE, STEP_SGD, STEP_MOMENTUM, STEP_ADAM } step_kind;
/* v = b v + (1 - b) g, W -= lr v; v = b v + g, W -= lr v; v = b v - lr g, W += v */
typedef enum momentum_form { MOMENTUM_AVERAGE, MOMENTUM_SUM, MOMENTUM_STEP } momentum_form;
typedef enum tie_rule { TIE_FIRST, TIE_LAST, TIE_SPLIT } tie_rule;
typedef enum sum_order { SUM_FORWARD, SUM_BACKWARD, SUM_PAIRWISE, SUM_FMA, SUM_ORDERS } sum_order;

/* What a net and its notebook are, apart from numbers. */
typedef struct setting {
    size_t n_layers, widths[MAX_LAYERS + 1], m;
    crs_act acts[MAX_LAYERS]; /* [l] of hidden layer l; kink[].value is what backward uses */
    output_kind out;
    cost_kind cost;
    int without_half; /* squared error without its 1/2 */
    int without_bias; /* b is 0 and in no array */
    int mean_outputs; /* the cost is a mean over the outputs too */
    int sums;         /* a sum over samples, not a mean */
    mean_place place;
    int f32;
    sum_order order;
    int form;         /* which of the right formulas of g and g' */
    int through_da;   /* dZ of the output from its dA, not as A - Y */
    int stable_cost;  /* from logits */
    int dyadic;       /* data and parameters on a coarse grid: many z exactly on a kink */
    int nudged;       /* ... and some of them next to it */
    int wide;         /* hidden z large enough for sigmoid and tanh to saturate */
    int saturated;    /* some outputs are exactly 0 or 1 */
    int soft_labels;  /* a distribution over classes, not one class */
    int same_weights; /* every weight of a layer is the same */
    size_t dead;      /* a layer of which no unit is active; 0: none */
    double keep;      /* dropout in hidden layers; 0: none */
    int da_masked;    /* dA is kept after the mask, as in the course */
    double lambd;     /* 0: no L2 */
    int batchnorm;    /* in hidden layers */
    int bn_full;      /* with the term that sums to zero */
    int previous;     /* a gradient of the step before is there */
    step_kind step;
    momentum_form momentum;
    int pool; /* no net at all: max pooling */
    tie_rule ties;
} setting;

/* Which bug, where. */
typedef struct plant {
    bug_id bug;
    unsigned layers; /* bit l: in layer l */
    int variant;
    size_t other; /* the wrong layer that is taken */
    double value; /* a clamp, an alpha, ... */
} plant;

/* Every array that is kept: name, how it is laid out. Layer 0's A is X. */
#define KIND_LIST(K)                    \
    K(A, "A", SAMPLES)                  \
    K(Y, "Y", SAMPLES)                  \
    K(W, "W", WEIGHTS)                  \
    K(B, "b", VECTOR)                   \
    K(D, "D", SAMPLES)                  \
    K(KEEP, "keep_prob", SCALAR)        \
    K(LAMBD, "lambd", SCALAR)           \
    K(GAMMA, "gamma", VECTOR)           \
    K(BETA, "beta", VECTOR)             \
    K(EPS, "epsilon", SCALAR)           \
    K(Z, "Z", SAMPLES)                  \
    K(MU, "mu", VECTOR)                 \
    K(VAR, "var", VECTOR)               \
    K(ZHAT, "Zhat", SAMPLES)            \
    K(ZN, "ZN", SAMPLES)                \
    K(COST, "cost", SCALAR)             \
    K(DA, "dA", SAMPLES)                \
    K(DZN, "dZN", SAMPLES)              \
    K(DGAMMA, "dgamma", VECTOR)         \
    K(DBETA, "dbeta", VECTOR)           \
    K(DZ, "dZ", SAMPLES)                \
    K(DW, "dW", WEIGHTS)                \
    K(DB, "db", VECTOR)                 \
    K(DW_PREV, "dW_prev", WEIGHTS)      \
    K(DB_PREV, "db_prev", VECTOR)       \
    K(LR, "lr", SCALAR)                 \
    K(MOMENTUM, "beta", SCALAR)         \
    K(BETA1, "beta1", SCALAR)           \
    K(BETA2, "beta2", SCALAR)           \
    K(T, "t", SCALAR)                   \
    K(VW, "vdW", WEIGHTS)               \
    K(VB, "vdb", VECTOR)                \
    K(SW, "sdW", WEIGHTS)               \
    K(SB, "sdb", VECTOR)                \
    K(VW_NEW, "vdW_new", WEIGHTS)       \
    K(VB_NEW, "vdb_new", VECTOR)        \
    K(SW_NEW, "sdW_new", WEIGHTS)       \
    K(SB_NEW, "sdb_new", VECTOR)        \
    K(W_NEW, "W_new", WEIGHTS)          \
    K(B_NEW, "b_new", VECTOR)           \
    K(POOL_X, "pool_x", IMAGES)         \
    K(POOL_OUT, "pool_out", IMAGES)     \
    K(DPOOL_OUT, "dpool_out", IMAGES)   \
    K(DPOOL_X, "dpool_x", IMAGES)       \
    K(G, "(g before dropout)", SAMPLES) \
    K(DAM, "(dA after the mask)", SAMPLES)

typedef enum kind {
#define KIND_ENUM(name, text, shape) K_##name,
    KIND_LIST(KIND_ENUM)
#undef KIND_ENUM
        KIND_COUNT
} kind;

#define AT(name) (UINT64_C(1) << K_##name)

/* Images: [samples, height, width, channels] in v; rows, cols: samples, the rest. */
typedef struct matrix {
    size_t rows, cols;
    double *v;
    size_t dims[4];
} matrix;

/* All of a trial's numbers come from here and go together. */
typedef struct arena {
    double *v;
    size_t used, room;
} arena;

typedef struct run {
    const setting *s;
    const plant *p; /* NULL: right */
    arena *memory;
    matrix at[KIND_COUNT][MAX_LAYERS + 1];
} run;

/* 1 if the bug is planted in this layer of the run. */
static inline int planted(const run *r, bug_id bug, size_t layer)
{
    return r->p != NULL && r->p->bug == bug && (r->p->layers >> layer & 1) != 0;
}

/* X, Y, parameters and what else a step starts from, from the seed's stream. */
void learner_draw(run *r, uint64_t *random);
/* Take over what `from` was given, so that both runs start from the same numbers. */
void learner_share(run *r, const run *from);
/* Forward, cost, backward, update; all of r->at. */
void learner_step(run *r);

/* The parts of it, for each other. */
void learner_forward(run *r);
double learner_cost(run *r);
void learner_output_gradient(run *r);
void learner_hidden_gradient(run *r, size_t layer);
void learner_parameter_gradient(run *r, size_t layer);
void learner_update(run *r, size_t layer);
void learner_pool(run *r);
/* 1/m if it stands at `place`, else 1. */
double learner_mean(const run *r, mean_place place);
/* The factor of the delta: 2 without the half, 1/n with a mean over outputs. */
double learner_cost_factor(const setting *s);

#endif
