/*
 * crease/gradcheck.h - is a gradient right? One verdict a parameter.
 *
 * A layer author has a function and its gradient, as two callbacks:
 *
 *     crs_gradcheck *check;
 *     crs_gradcheck_function(value, gradient, ctx, n, x, &err, &check);
 *     if (!check->passed)
 *         puts(check->explanation);
 *     crs_gradcheck_destroy(check);
 *
 * A net of ours is opened up instead, so that nothing has to be guessed:
 *
 *     crs_gradcheck_net(net, work, NULL, &err, &check);
 *
 * How a net is judged
 *   The branch of every unit and sample (which side of each kink its z is on) is
 *   recorded from the forward pass and frozen. What is left is smooth, and is
 *   differentiated by dual numbers from the definitions of g and the cost, forward
 *   from each unit: no code is shared with backward, no step size is chosen. A claimed
 *   derivative is right if it differs by no more than the rounding that backward cannot
 *   avoid in its number type, bounded operation by operation. Where a z is exactly on a
 *   kink and the parameter moves it, both one-sided derivatives are computed too.
 *   Parameters drawn at random are tried again with differences of the true cost, over a
 *   step that reaches no crease: how far the nearest is, is computed.
 *
 * How a function is judged
 *   Only its values are seen. On either side of x polynomials are fitted at 13
 *   scales; what they leave over measures rounding, curvature and kinks alike, and bounds
 *   the error of the slope. Slopes that stay apart are a kink; bisection finds where it
 *   is, and only one at x is judged by the interval between both slopes.
 *   A function of n variables is called some 270 n times.
 *
 * The same input gives the same result for any executor.
 */
#ifndef CREASE_GRADCHECK_H
#define CREASE_GRADCHECK_H

#include <crease/net.h>
#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what is said about a parameter ------------------------------------------ */

typedef enum crs_gradcheck_verdict {
    CRS_GRADCHECK_MATCH,        /* is the derivative */
    CRS_GRADCHECK_KINK,         /* x is on a kink; lies between both one-sided slopes */
    CRS_GRADCHECK_KINK_OUTSIDE, /* x is on a kink; lies outside of them: it is no slope in any sense */
    CRS_GRADCHECK_MISMATCH,     /* is not the derivative */
    CRS_GRADCHECK_UNDECIDED,    /* cannot be told: see the reason */
    CRS_GRADCHECK_VERDICTS
} crs_gradcheck_verdict;

/* "match", "kink", "kink-outside", "mismatch", "undecided". Static storage. */
CRS_API const char *crs_gradcheck_verdict_name(crs_gradcheck_verdict verdict);

/* Why a parameter is undecided. */
typedef enum crs_gradcheck_reason {
    CRS_GRADCHECK_DECIDED,
    CRS_GRADCHECK_NOT_FINITE, /* the function is infinite or NaN here or right beside */
    CRS_GRADCHECK_NOISE,      /* its rounding hides the slope */
    CRS_GRADCHECK_JUMP,       /* it jumps here: there is no slope */
    CRS_GRADCHECK_UNSETTLED,  /* its slopes change with every smaller step */
    CRS_GRADCHECK_UNREPEATED, /* two calls with the same x gave two values */
    CRS_GRADCHECK_OVERFLOW,   /* the derivative is beyond the number type */
    CRS_GRADCHECK_FORWARD,    /* the net's forward pass is wrong: derivative of what? */
    CRS_GRADCHECK_METHODS,    /* the two methods differ: please report it */
    CRS_GRADCHECK_REASONS
} crs_gradcheck_reason;

/* "its rounding hides the slope", ... Static storage. */
CRS_API const char *crs_gradcheck_reason_text(crs_gradcheck_reason reason);

typedef struct crs_gradcheck_param {
    double claimed;
    double right;     /* what it should be; NAN where that is not known */
    double from_left; /* the slope on either side: `right` where there is no kink */
    double from_right;
    double tolerance; /* by how much a right one may differ from `right` */
    crs_gradcheck_verdict verdict;
    crs_gradcheck_reason reason;
} crs_gradcheck_param;

/* ---- what is said about the whole -------------------------------------------- */

/* What makes a check weak: bugs that it could not have seen. */
typedef enum crs_gradcheck_weakness {
    CRS_GRADCHECK_ONE_SAMPLE,  /* sums and means over samples are not tested */
    CRS_GRADCHECK_ZERO_BIASES, /* all biases are 0 */
    CRS_GRADCHECK_ZERO,        /* derivatives that are 0: a factor too many does not show */
    CRS_GRADCHECK_EQUAL_UNITS, /* units with equal parameters: swapping them does not show */
    CRS_GRADCHECK_DEAD_LAYER,  /* a layer whose derivative is 0 on every sample */
    CRS_GRADCHECK_ONE_SIDED,   /* a layer in which no z lies on some side of a kink */
    CRS_GRADCHECK_WEAKNESSES
} crs_gradcheck_weakness;

/* "one-sample", "zero-biases", "zero", "equal-units", "dead-layer", "one-sided". Static storage. */
CRS_API const char *crs_gradcheck_weakness_name(crs_gradcheck_weakness weakness);

typedef struct crs_gradcheck_weak {
    crs_gradcheck_weakness kind;
    size_t layer;   /* the first layer concerned; 0 where it is about the whole */
    size_t count;   /* how many units, parameters or layers */
    char text[256]; /* one sentence */
} crs_gradcheck_weak;

/* The place where backward goes wrong, of a net: the entry of dz that is off the most. */
typedef struct crs_gradcheck_place {
    int found;
    size_t layer, unit, sample;
    double z, a;
    double upstream;     /* the gradient with respect to a that reached it */
    double given, right; /* dz as backward has it, and as it follows from `upstream` */
    double rule, slope;  /* what stood for g'(z), and g'(z); NAN in the output layer */
    size_t count;        /* entries of this layer that are wrong */
} crs_gradcheck_place;

typedef struct crs_gradcheck {
    int passed;                  /* no mismatch, and every kink-outside is one of the method
                                   (several kinks at once) and not of a value that is no slope */
    size_t n;                    /* parameters */
    crs_gradcheck_param *params; /* [n] */
    size_t counts[CRS_GRADCHECK_VERDICTS];
    int has_worst;
    size_t worst; /* the mismatch, else the kink-outside, that is off the most */

    size_t n_weak;
    crs_gradcheck_weak weak[CRS_GRADCHECK_WEAKNESSES];

    /* Of a net; else 0. */
    size_t kink_hits;     /* z that are exactly on a kink */
    size_t not_as_stated; /* kink: between the slopes, but not what the stated value gives */
    size_t cross_checked; /* parameters whose `right` was confirmed by differences of the cost */
    size_t cross_open;    /* tried so, but a crease is too near for a difference to tell */
    crs_gradcheck_place place;

    char explanation[2048]; /* what is wrong, where, why it matters, what to do */
} crs_gradcheck;

/* NULL is fine. */
CRS_API void crs_gradcheck_destroy(crs_gradcheck *check);

/* ---- a net ------------------------------------------------------------------- */

/* May be NULL, or zeroed: then as said here. */
typedef struct crs_gradcheck_config {
    /*
     * The gradient to be judged, laid out as crs_net_params, in the net's dtype. NULL:
     * what crs_net_backward gives, under the rules set in the workspace.
     */
    const void *claimed;
    /* Parameters to confirm by differences; 0: as many as cost about as much as the rest. */
    size_t cross_checks;
    uint32_t seed; /* draws them */
    const crs_executor *executor;
    /* Called now and then with the share done; anything but 0 stops with CRS_ECANCELED. */
    int (*progress)(void *ctx, double done);
    void *progress_ctx;
} crs_gradcheck_config;

/*
 * Check every parameter of `net` on the batch that is loaded in `work` (with y). Runs
 * forward, and backward unless a gradient is given. The rules set in `work` say what is
 * stated at the kinks; where there is none, the activation does. A wrong derivative is
 * a result, not an error. `config` NULL: the defaults.
 *
 * Errors: CRS_EINVAL (a NULL, no batch loaded), CRS_ESHAPE (the workspace is another
 * net's), CRS_EUNSUPPORTED (a net with batch normalisation, dropout or skips, another loss than
 * bce, softmax or squared, label smoothing, sample weights: crs_gradcheck_function judges those),
 * CRS_ENOMEM, CRS_ECANCELED. *out is NULL then.
 */
CRS_API crs_status crs_gradcheck_net(const crs_net *net, crs_workspace *work,
                                     const crs_gradcheck_config *config, crs_error *err,
                                     crs_gradcheck **out);

/* ---- somebody's function ------------------------------------------------------- */

/* f(x), x [n]. Must not keep x, nor change it. */
typedef double (*crs_gradcheck_value)(void *ctx, size_t n, const double *x);

/* The derivative of f by each x[i] into gradient, [n]. */
typedef void (*crs_gradcheck_gradient)(void *ctx, size_t n, const double *x, double *gradient);

/*
 * Check the gradient of a function at x, [n]. It may compute in double or in float
 * (x is rounded by it then): rounding is measured. No derivative is called wrong for
 * less than 1e-10 of it, or what rounding explains; none is called right unless an error
 * of 1/1000 would have shown.
 *
 * Errors: CRS_EINVAL (a NULL, n is 0, an x that is not finite), CRS_ENOMEM. *out is
 * NULL then.
 */
CRS_API crs_status crs_gradcheck_function(crs_gradcheck_value value,
                                          crs_gradcheck_gradient gradient, void *ctx, size_t n,
                                          const double *x, crs_error *err, crs_gradcheck **out);

#ifdef __cplusplus
}
#endif
#endif
