/*
 * check/diagnose/walk.h - along the data flow: which given arrays are wrong by themselves,
 * and which formula explains them.
 */
#ifndef CHECK_DIAGNOSE_WALK_H
#define CHECK_DIAGNOSE_WALK_H

#include "check/diagnose/case.h"

#define CRS__MAX_ALSO 24

/* A formula at a node that explains what is wrong. */
typedef struct crs__explanation {
    crs__ref at;
    crs__variant variant;
    const char *id; /* NULL: a pattern, no bug of the catalogue */
    int everywhere; /* at every layer's node of this kind that is not given */
    size_t fixed;   /* wrong arrays that it makes right */
    size_t left;    /* and leaves wrong, though they follow from it */
    int known;      /* an earlier fault has this name */
} crs__explanation;

/* What is wrong by itself. */
typedef struct crs__fault {
    crs__ref first; /* the first given array that shows it */
    crs__difference difference;
    int named;      /* `why` explains it */
    int not_finite; /* the first element that is no number, where none was due */
    int inputs_given;
    crs__explanation why;
    size_t n_also;
    crs__explanation also[CRS__MAX_ALSO];
    size_t n_layers, layers[CRS__LAYERS + 1]; /* the same at other layers too; own first */
} crs__fault;

/* What the walk found of one given node. */
typedef struct crs__judgement {
    crs__ref ref;
    crs_array_verdict verdict;
    int given_upstream;
    int follows; /* wrong only because of an earlier fault, `fault` */
    size_t fault;
    crs__difference difference;
} crs__judgement;

typedef struct crs__walk {
    size_t n_judgements, n_faults;
    crs__judgement *judgements;
    crs__fault *faults;
} crs__walk;

/*
 * Run it. Afterwards all that is not given is computed by the right formulas again, and what
 * follows from a fault is compared with that. Errors: CRS_ENOMEM.
 */
crs_status crs__walk_run(crs__case *c, crs__walk *out);
void crs__walk_release(crs__walk *walk);

#endif
