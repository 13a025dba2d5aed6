/*
 * rule/names.h - the words of the rule language, in tables.
 */
#ifndef RULE_NAMES_H
#define RULE_NAMES_H

#include "kernels/ops.h"

#include <crease/act.h>

#include <stddef.h>

/* A piece of the text; not terminated. */
typedef struct crs__word {
    const char *text;
    size_t length;
} crs__word;

int crs__word_is(crs__word word, const char *text);

/* What a name of a value stands for. */
typedef enum crs__value_kind {
    CRS__VALUE_UNKNOWN,
    CRS__VALUE_Z,
    CRS__VALUE_A,
    CRS__VALUE_UPSTREAM, /* dA and the like */
    CRS__VALUE_GRADIENT, /* dZ and the like: upstream until something is assigned to it */
    CRS__VALUE_WEIGHT    /* W: only in a matrix product with the upstream gradient */
} crs__value_kind;

/*
 * The kind of a name; *layer is its number if it is one of Z A dZ dA in upper or lower
 * case with a number ("Z2", "dA_1"), else -1.
 */
crs__value_kind crs__name_value(crs__word name, int *layer);

/* What a call does with its arguments, in the order in which they are written. */
typedef enum crs__call_kind {
    CRS__CALL_OP,      /* the operation `op` of one or two arguments */
    CRS__CALL_SWAPPED, /* the same with its arguments swapped: greater is less */
    CRS__CALL_NOT,     /* not the operation of its arguments: not_equal */
    CRS__CALL_SAME,    /* the first argument; what follows says how it is stored */
    CRS__CALL_TRUTH,   /* its truth, as bool() */
    CRS__CALL_WHERE,   /* where(mask, x, y), where(mask) */
    CRS__CALL_FILL,    /* masked_fill(x, mask, y) */
    CRS__CALL_CLIP,    /* clip(x, least, most) */
    CRS__CALL_SQUARE,
    CRS__CALL_CONSTANT, /* `value` in any shape; arguments are not looked at */
    CRS__CALL_FULL,     /* full(shape, value) */
    CRS__CALL_PRODUCT   /* a matrix product */
} crs__call_kind;

typedef struct crs__call {
    const char *name;
    crs__call_kind kind;
    crs__op op;
    int least, most; /* arguments */
    double value;
} crs__call;

/* A function or method by its bare name; NULL for none. Activations are not among them. */
const crs__call *crs__name_call(crs__word name);

/* An activation by name, with its default parameter; 0 if it is none. */
int crs__name_act(crs__word name, crs_act *out);

/* np, torch, ...: what a function's name may follow, with a dot. */
int crs__name_is_module(crs__word name);

/* Words that stand for no value: "if", "for", ... */
int crs__name_is_reserved(crs__word name);

/* pi, e, inf, nan: 1 and the value. */
int crs__name_constant(crs__word name, double *value);

/* How an operation or leaf is written in the language: "exp", "Z". Static storage. */
const char *crs__op_function(crs__op op);

/* The known name that is fewest letters away from `name`; NULL if none is near. Static storage. */
const char *crs__name_nearest(crs__word name);

#endif
