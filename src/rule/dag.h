/*
 * rule/dag.h - a rule as a graph of operations.
 *
 * Nodes are numbered from 0, operands before what uses them, and equal operations
 * are one node: what a text says twice is computed once, and several rules built
 * into one graph share what they have in common. While a node is made it is
 * simplified, by steps that change no value in any number type (1 * x is x,
 * where(m, 1, 0) is m as a number), and operations on constants are done.
 *
 * A node is a number or a mask (the truth of a comparison). Operands are brought
 * to the kind that an operation wants: a mask becomes 0 or 1, a number "x != 0".
 *
 * Failure sticks: after it `status` says why and every call returns node 0.
 */
#ifndef RULE_DAG_H
#define RULE_DAG_H

#include "kernels/ops.h"

#include <crease/act.h>

#define CRS__DAG_NONE (-1)

typedef struct crs__node {
    crs__op op;
    int x, y, w;    /* operands, or CRS__DAG_NONE */
    double value;   /* of a CONST; the parameter of an ACT */
    double lo, hi;  /* encloses what a CONST stands for: pi is no double */
    crs_act_id act; /* of an ACT */
} crs__node;

typedef struct crs__dag {
    crs__node *nodes;
    int n, capacity;
    int limit;         /* most nodes allowed */
    int *slots;        /* hash table of node + 1; 0 is free */
    size_t n_slots;    /* a power of 2 */
    crs_status status; /* CRS_OK, CRS_ENOMEM, or CRS_EPARSE: the limit was reached */
} crs__dag;

/* An empty graph, released with crs__dag_release even after a failure. */
void crs__dag_init(crs__dag *dag, int limit);
void crs__dag_release(crs__dag *dag);

/* CRS__OP_Z, CRS__OP_A or CRS__OP_UPSTREAM. */
int crs__dag_leaf(crs__dag *dag, crs__op op);

/* A number, exactly; or the double nearest to something in [lo, hi]. */
int crs__dag_const(crs__dag *dag, double value);
int crs__dag_const_within(crs__dag *dag, double value, double lo, double hi);

/* A mask that is true, or false, everywhere. */
int crs__dag_truth_value(crs__dag *dag, int truth);

/* An operation; operands that it has not are CRS__DAG_NONE. Not for leaves, CONST and ACT. */
int crs__dag_op(crs__dag *dag, crs__op op, int x, int y, int w);

/* g(x) for an activation. */
int crs__dag_act(crs__dag *dag, crs_act_id act, double param, int x);

/* x < y and its kin; MASK-valued. NE is the negation of EQ, so NaN != NaN is true. */
int crs__dag_greater(crs__dag *dag, int x, int y);
int crs__dag_not_equal(crs__dag *dag, int x, int y);

/* The same node as a mask, or as a number. */
int crs__dag_mask(crs__dag *dag, int node);
int crs__dag_number(crs__dag *dag, int node);
int crs__dag_is_mask(const crs__dag *dag, int node);
int crs__op_is_mask(crs__op op);

/* 1, and the value if `value` is not NULL, for a CONST that is exactly a double. */
int crs__dag_is_const(const crs__dag *dag, int node, double *value);

/*
 * Build `node` of `from` in `dag`, with leaf[0], leaf[1], leaf[2] in place of Z, A and
 * the upstream gradient. With `expand` an activation becomes its formula, heaviside
 * comparisons and a constant times a mask a choice: what intervals can be computed
 * with, and masks be told apart by.
 */
int crs__dag_import(crs__dag *dag, const crs__dag *from, int node, const int leaf[3], int expand);

/* How a number depends on the upstream gradient. */
typedef enum crs__upstream {
    CRS__UPSTREAM_ZERO,   /* the number 0: fits both of the next two */
    CRS__UPSTREAM_FREE,   /* not at all */
    CRS__UPSTREAM_FACTOR, /* something times it */
    CRS__UPSTREAM_OTHER   /* some other way, or structure cannot tell */
} crs__upstream;

crs__upstream crs__dag_upstream(const crs__dag *dag, int node, crs_status *status);

/* Does any operation below `node` round? Comparisons, choices and casts do not. */
int crs__dag_rounds(const crs__dag *dag, int node, crs_status *status);

/* Mark in reached[0 .. node] what `node` is made of; the rest is set to 0. */
void crs__dag_reach(const crs__dag *dag, int node, unsigned char *reached);

#endif
