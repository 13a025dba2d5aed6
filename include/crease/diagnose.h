/*
 * crease/diagnose.h - somebody's arrays: which one is wrong, and which bug is it?
 *
 * Given whatever there is of a net's data, parameters, cache and gradients, saved from
 * any program, find the first array that does not follow from the user's own arrays
 * before it, and name the bug that made it:
 *
 *     crs_arrays saved;
 *     crs_diagnosis found;
 *     crs_arrays_read("mine.npz", &err, &saved);
 *     crs_diagnose_run(&saved, NULL, &err, &found);
 *     if (found.n_bugs > 0)
 *         puts(found.bugs[0].sentence);
 *     crs_diagnosis_release(&found);
 *
 * The net: L dense layers, layer l = 1 ... L: Z_l = W_l A_{l-1} + b_l, A_l = g_l(Z_l), A_0 = X;
 * hidden layers of any activation of crease/act.h, with dropout and batch normalisation where
 * there are arrays for them; an output of sigmoid, softmax, linear or tanh under binary or
 * categorical cross-entropy or the squared error.
 *
 * Names (case as here first; w1, z1, a1, dw1 are taken too where nothing else is meant)
 *   X (or A0), Y, W1 b1 Z1 A1 ... WL bL ZL AL, cost (or J, loss)
 *   dZ1 dA1 dW1 db1 ...     derivatives of the cost with respect to each
 *   D1, keep_prob           dropout: A1 = g(Z1) * D1 / keep_prob
 *   lambd                   L2: cost + lambd / (2 m) * (sum of all W squared)
 *   W1_new b1_new lr        one step; momentum: beta, vdW1 vdb1 before it, vdW1_new ... after;
 *                           Adam: beta1 beta2 epsilon t, vdW1 sdW1 before it
 *   gamma1 beta1 mu1 var1 Zhat1 ZN1 dZN1 dgamma1 dbeta1 epsilon
 *                           batch normalisation between Z1 and g: Zhat = (Z - mu) /
 *                           sqrt(var + epsilon), ZN = gamma Zhat + beta
 *   dW1_prev db1_prev       the gradient of the step before (was it zeroed?)
 *   pool_x pool_out dpool_out dpool_x
 *                           max pooling on its own, [samples, height, width, channels]
 *   PyTorch's "0.weight", "fc1.bias", "2.weight.grad" ... in the order of their layers
 *
 * How arrays are judged
 *   Each given array is computed anew from the user's own arrays before it, where they are
 *   given, else from what we compute of them. Every computed number carries a bound on its
 *   error: the rounding of each step for any order of summation, in the coarsest type among
 *   the arrays, and what it inherited; at a z that is on a kink within its bound, both slopes.
 *   An array is wrong if an element differs by more. No tolerance is chosen. Where the mean's
 *   1/m stands, and what the cost is a mean of, is the user's own affair as long as the whole
 *   is right.
 *   A bug is named only if its formula gives every element of every array concerned, where
 *   the right one does not. What gives the same arrays is listed beside it.
 *
 * Nothing here reads a file, a clock or a thread's state; see crease/arrays.h for files.
 */
#ifndef CREASE_DIAGNOSE_H
#define CREASE_DIAGNOSE_H

#include <crease/act.h>
#include <crease/arrays.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most layers of a net that is diagnosed. */
#define CRS_DIAGNOSE_MAX_LAYERS 64

/* Along which axis of X, Z, A, ... samples lie. */
typedef enum crs_samples {
    CRS_SAMPLES_AUTO,    /* found from the shapes; refused where they fit both ways */
    CRS_SAMPLES_COLUMNS, /* X is [n_in, m], as in the course: Z = W A + b */
    CRS_SAMPLES_ROWS     /* X is [m, n_in], as in PyTorch: Z = A W^T + b or A W + b */
} crs_samples;

/* What the last layer's activation is. */
typedef enum crs_output {
    CRS_OUTPUT_AUTO,
    CRS_OUTPUT_SIGMOID,
    CRS_OUTPUT_SOFTMAX,
    CRS_OUTPUT_LINEAR,
    CRS_OUTPUT_TANH
} crs_output;

/* What the cost is, before the mean over samples; ce takes one class (or distribution) a sample. */
typedef enum crs_cost {
    CRS_COST_AUTO,
    CRS_COST_BCE,    /* -(y log a + (1 - y) log(1 - a)) */
    CRS_COST_CE,     /* -sum y log a */
    CRS_COST_SQUARED /* (a - y)^2, with 1/2 or without, sum or mean over the outputs */
} crs_cost;

/* Options; a zeroed struct, or NULL, finds everything out. */
typedef struct crs_diagnose_options {
    const crs_act *acts; /* [n_acts] hidden activations, or one for all; borrowed */
    size_t n_acts;       /* 0: inferred */
    crs_output output;
    crs_cost cost;
    crs_samples samples;
} crs_diagnose_options;

/* "columns", "rows"; "sigmoid", ...; "bce", "ce", "squared"; "auto". NULL for none. Static storage. */
CRS_API const char *crs_samples_name(crs_samples samples);
CRS_API const char *crs_output_name(crs_output output);
CRS_API const char *crs_cost_name(crs_cost cost);

/* What was found of one array. */
typedef enum crs_array_verdict {
    CRS_ARRAY_MATCH,     /* what follows from the arrays before it */
    CRS_ARRAY_MISMATCH,  /* differs by more than rounding */
    CRS_ARRAY_KINK,      /* differs only where a z is exactly on a kink, within the slopes there */
    CRS_ARRAY_UNDECIDED, /* `reason` says why */
    CRS_ARRAY_NOT_GIVEN
} crs_array_verdict;

/* "match", "mismatch", "kink", "undecided", "not-given". Static storage. */
CRS_API const char *crs_array_verdict_name(crs_array_verdict verdict);

typedef struct crs_diagnosis_array {
    char name[64]; /* as in the file; as above if it is not given */
    size_t layer;  /* 0: of none */
    crs_array_verdict verdict;
    int given_upstream; /* everything that it follows from is given too */
    double error;       /* largest |given - computed| over the largest |computed| */
    /* the element that is off by the most, if any is: its place in the array as given ... */
    size_t n_index, index[CRS_ARRAY_MAX_DIMS];
    double given, computed; /* ... and both values */
    size_t n_wrong;         /* elements beyond rounding */
    size_t n;               /* of how many */
    char reason[256];       /* empty, or why it is undecided, or what it follows from */
    char role[12];          /* "Z", "dA", "dW", ...: what it is, whatever the file calls it */
    size_t n_dims, dims[CRS_ARRAY_MAX_DIMS]; /* its shape, as the file has it or would */
    double
        *right; /* [n] in C order, what it should be; NULL where that is not known, or it matches */
} crs_diagnosis_array;

#define CRS_DIAGNOSE_MAX_ALSO 12

/* A bug that gives the same arrays. */
typedef struct crs_diagnosis_also {
    char id[40];
    char why[384]; /* what it would be, and what would tell them apart */
} crs_diagnosis_also;

typedef struct crs_diagnosis_bug {
    char id[40];     /* of the catalogue: "mask-always-true"; "unknown" for none of it */
    char array[64];  /* the first array that is wrong, as named in the file */
    size_t layer;    /* 0: of none */
    size_t n_layers; /* how many layers have it, if several; */
    size_t layers[CRS_DIAGNOSE_MAX_LAYERS]; /* in the order of the walk */
    double explains;     /* share of the wrong elements that the bug's formula gives */
    char sentence[1536]; /* what is wrong, where, why it matters, what to write instead */
    char line[384];      /* the line of code as it should be; empty for "unknown" */
    /* one input that shows it */
    int has_counterexample;
    struct {
        char text[384]; /* "unit 3, sample 17: Z1 = -0.31, ..." */
        size_t unit, sample;
        double z, a;     /* NaN where they have no meaning */
        double upstream; /* what arrives from above; NaN */
        double given, right;
    } counterexample;
    size_t n_also;
    crs_diagnosis_also also[CRS_DIAGNOSE_MAX_ALSO];
} crs_diagnosis_bug;

/* What is worth knowing and is no bug: a dead layer, units that are equal, one sample. */
typedef struct crs_diagnosis_finding {
    char id[40]; /* "dead-layer", "symmetric-units", "one-sample", "sums-not-means", ... */
    size_t layer;
    char sentence[512];
} crs_diagnosis_finding;

/* The result; released with crs_diagnosis_release. */
typedef struct crs_diagnosis {
    size_t n_layers;
    size_t widths[CRS_DIAGNOSE_MAX_LAYERS + 1]; /* inputs first */
    size_t n_samples;                           /* m; 0 if nothing given has that axis */
    crs_samples samples;                        /* as found */
    crs_act acts[CRS_DIAGNOSE_MAX_LAYERS];      /* of layers 1 ... n_layers - 1 */
    int act_assumed[CRS_DIAGNOSE_MAX_LAYERS];   /* 1: nothing given tells, relu was taken */
    crs_output output;
    crs_cost cost;
    int cost_assumed;  /* 1: no cost was given that tells */
    char read_as[512]; /* how the file was understood, in a line or two */

    size_t n_arrays;
    crs_diagnosis_array *arrays; /* in the order of the data flow */
    size_t n_bugs;               /* in that order too: the first is the one to mend first */
    crs_diagnosis_bug *bugs;
    size_t n_findings;
    crs_diagnosis_finding *findings;
    size_t n_unused; /* arrays of the file that were not understood */
    char (*unused)[64];
} crs_diagnosis;

/*
 * Diagnose `arrays` (borrowed). options may be NULL. Wrong arrays are a result, not an error.
 *
 * Errors: CRS_ENOENT (nothing that can be checked: the text says what was looked for),
 * CRS_ESHAPE (shapes that fit no net, or both ways round), CRS_ENONFINITE (NaN in X or in a
 * parameter: the text says where; elsewhere it is a finding), CRS_EINVAL (options that do not
 * fit, arrays that contradict each other in what they are), CRS_ENOMEM. *out is empty then.
 */
CRS_API crs_status crs_diagnose_run(const crs_arrays *arrays, const crs_diagnose_options *options,
                                    crs_error *err, crs_diagnosis *out);

/* Free what it holds and zero it. */
CRS_API void crs_diagnosis_release(crs_diagnosis *diagnosis);

/* One row of the catalogue of bugs. */
typedef struct crs_bug_info {
    const char *id;
    const char *summary; /* one line */
} crs_bug_info;

/* Row i of the catalogue, NULL past its end. Static storage. */
CRS_API const crs_bug_info *crs_bug_info_at(size_t i);

#ifdef __cplusplus
}
#endif
#endif
