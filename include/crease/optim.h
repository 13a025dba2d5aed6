/*
 * crease/optim.h - from a gradient to the next parameters.
 *
 * An optimizer is a rule and what it remembers, for one array of parameters:
 *
 *     crs_optim how;
 *     crs_optimizer *adam;
 *     crs_optim_parse("adam", &err, &how);
 *     crs_optimizer_create(&how, CRS_F32, crs_net_n_params(net), NULL, &err, &adam);
 *     crs_optimizer_step(adam, 0.001, crs_workspace_gradient(work), crs_net_params(net));
 *
 * The formulas are those of torch.optim, with its names and defaults: one step equals PyTorch's
 * to rounding, and is the same bits at every CPU level (docs/decisions/0024-optimizers.md). g is
 * the gradient, p a parameter, t the number of the step from 1:
 *
 *     sgd       p -= lr g
 *     momentum  v = mu v + g (at the first step v = g);  p -= lr v
 *     nesterov  v as above;  p -= lr (g + mu v)
 *     rmsprop   v = alpha v + (1 - alpha) g^2;  p -= lr g / (sqrt(v) + eps)
 *     adam      m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
 *               p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps)
 *     adamw     p -= lr decay p, then adam
 *     adagrad   v = v + g^2;  p -= lr g / (sqrt(v) + eps)
 *     lbfgs     full batch: crs_lbfgs below
 *
 * `decay` is added as decay p to g before all but adamw (torch's weight_decay).
 *
 * Threads: one optimizer, one thread at a time; it may use an executor's. The result does not
 * depend on how many there are.
 */
#ifndef CREASE_OPTIM_H
#define CREASE_OPTIM_H

#include <crease/dtype.h>
#include <crease/executor.h>
#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum crs_optim_kind {
    CRS_OPTIM_SGD,
    CRS_OPTIM_MOMENTUM,
    CRS_OPTIM_NESTEROV,
    CRS_OPTIM_RMSPROP,
    CRS_OPTIM_ADAM,
    CRS_OPTIM_ADAMW,
    CRS_OPTIM_ADAGRAD,
    CRS_OPTIM_LBFGS
} crs_optim_kind;

/* What a kind has not is not looked at. */
typedef struct crs_optim {
    crs_optim_kind kind;
    /* the one to begin with where nobody says another: 0.1 for sgd, 0.001 for adam and adamw,
       1 for lbfgs, 0.01 else */
    double lr;
    double momentum;     /* mu, 0.9; below 1, as are alpha and the betas */
    double alpha;        /* 0.99 */
    double beta1, beta2; /* 0.9, 0.999 */
    double eps;          /* 1e-8; 1e-10 for adagrad; 1e-30 at least, for float32 */
    double decay;        /* 0; 0.01 for adamw */
    size_t history;      /* of lbfgs: pairs remembered, 10; 1 to 1000 */
} crs_optim;

/* "sgd" for CRS_OPTIM_SGD; NULL for a value that is none. Static storage. */
CRS_API const char *crs_optim_name(crs_optim_kind kind);

/* The defaults of a kind. */
CRS_API void crs_optim_get(crs_optim_kind kind, crs_optim *out);

/*
 * Read "adam", or with what differs from the defaults: "adam:beta1=0.8,eps=1e-6",
 * "momentum:0.95" (momentum alone may leave out its name). err->column is the option's.
 * Errors: CRS_ENOENT (no such optimizer or option; the text lists them), CRS_EPARSE, CRS_EINVAL
 * (out of its range); `out` is left alone then.
 */
CRS_API crs_status crs_optim_parse(const char *text, crs_error *err, crs_optim *out);

/* As crs_optim_parse reads it, with what differs from the defaults, into `text` of `size` bytes,
 * always terminated; 200 bytes hold any. */
CRS_API void crs_optim_format(const crs_optim *optim, char *text, size_t size);

typedef struct crs_optimizer crs_optimizer;

/* For n parameters; nothing remembered. `executor` is borrowed, NULL: the calling thread.
 * Errors: CRS_EINVAL (an option out of its range; lbfgs), CRS_ENOMEM. */
CRS_API crs_status crs_optimizer_create(const crs_optim *optim, crs_dtype dtype, size_t n,
                                        const crs_executor *executor, crs_error *err,
                                        crs_optimizer **out);
CRS_API void crs_optimizer_destroy(crs_optimizer *optimizer); /* NULL is fine */

/* One step; gradient and params are [n]. Not finite in, not finite out. */
CRS_API void crs_optimizer_step(crs_optimizer *optimizer, double lr, const void *gradient,
                                void *params);

/*
 * What it remembers, to save and to put back: how many steps, and up to two arrays [n] in the
 * dtype, in torch's names ("momentum_buffer", "square_avg", "exp_avg", "exp_avg_sq", "sum").
 */
CRS_API uint64_t crs_optimizer_steps(const crs_optimizer *optimizer);
CRS_API void crs_optimizer_set_steps(crs_optimizer *optimizer, uint64_t steps);
CRS_API size_t crs_optimizer_n_slots(const crs_optimizer *optimizer);
CRS_API void *crs_optimizer_slot(crs_optimizer *optimizer, size_t i, const char **name);

/* ---- limits: on arrays of n elements of dtype ------------------------------------------------ */

/* The Euclidean norm, summed in double in an order of its own: the same bits at every CPU level. */
CRS_API double crs_norm(crs_dtype dtype, size_t n, const void *x);

/* torch.nn.utils.clip_grad_norm_: x *= limit / (norm + 1e-6) where that is less than 1 or NaN (as
 * it is with a NaN in x, which all of x becomes). Returns the norm before. */
CRS_API double crs_clip_norm(crs_dtype dtype, double limit, size_t n, void *x);

/* Each row of w [n_out, n_in] whose norm exceeds `limit` is scaled to it (max-norm, Srebro and Shraibman 2005). */
CRS_API void crs_clip_rows(crs_dtype dtype, double limit, size_t n_out, size_t n_in, void *w);

/* g[i] += l1 sign(p[i]) + l2 p[i], sign(0) = 0: the gradient of l1 |p| + l2/2 p^2. */
CRS_API void crs_penalise(crs_dtype dtype, double l1, double l2, size_t n, const void *p, void *g);

/* sum of l1 |p[i]| + l2/2 p[i]^2 */
CRS_API double crs_penalty(crs_dtype dtype, double l1, double l2, size_t n, const void *p);

/* ---- step sizes that change ------------------------------------------------------------------- */

typedef enum crs_schedule_kind {
    CRS_SCHEDULE_CONSTANT,
    CRS_SCHEDULE_STEP, /* times `factor` after every `every` epochs */
    CRS_SCHEDULE_COSINE, /* down to `floor` times lr along half a cosine (Loshchilov and Hutter 2017) */
    CRS_SCHEDULE_PLATEAU, /* times `factor` after more than `patience` epochs without a better score */
    CRS_SCHEDULE_ONECYCLE /* from lr / 25 up to lr in the first 30 % along a half cosine, then down to
                             lr / 250,000 (Smith 2018; torch.optim.lr_scheduler.OneCycleLR) */
} crs_schedule_kind;

typedef struct crs_schedule {
    crs_schedule_kind kind;
    /* Epochs, 0: the first steps take (step + 1) / (warmup per_epoch) of the share; not onecycle's. */
    double warmup;
    double factor;   /* 0.1 */
    double every;    /* epochs, 30 */
    double floor;    /* share of lr, 0 */
    size_t patience; /* epochs, 10 */
} crs_schedule;

/*
 * Read "constant", "step:every=5,factor=0.5", "cosine:floor=0.01", "plateau:patience=3",
 * "onecycle"; each but the last with warmup=EPOCHS. Errors as crs_optim_parse.
 */
CRS_API crs_status crs_schedule_parse(const char *text, crs_error *err, crs_schedule *out);
CRS_API void crs_schedule_format(const crs_schedule *schedule, char *text, size_t size);

/* What plateau has seen; zeroed: nothing. A plain value, to save and to put back. */
typedef struct crs_plateau {
    double best;
    uint64_t epochs;  /* seen */
    uint64_t waited;  /* since the best */
    uint64_t lowered; /* how often */
} crs_plateau;

/* After an epoch whose score (smaller is better; NaN is never better) was `score`: as
 * torch.optim.lr_scheduler.ReduceLROnPlateau with a threshold of 0. */
CRS_API void crs_plateau_see(const crs_schedule *schedule, crs_plateau *plateau, double score);

/*
 * The share of lr for step `step` (from 0) of `steps` in all, `per_epoch` of them an epoch.
 * `plateau` may be NULL for other kinds. Past the last step the share stays what it is at the end.
 */
CRS_API double crs_schedule_share(const crs_schedule *schedule, uint64_t step, uint64_t steps,
                                  uint64_t per_epoch, const crs_plateau *plateau);

/* ---- L-BFGS ------------------------------------------------------------------------------------ */

/* The cost at p [n], and its gradient into g [n]; double, whatever a net's dtype is. */
typedef crs_status (*crs_objective)(void *ctx, size_t n, const double *p, double *cost, double *g);

/*
 * Minimise by limited-memory BFGS (Nocedal and Wright, algorithms 7.4 and 7.5) with a line search
 * for the strong Wolfe conditions (3.5, 3.6; c1 = 1e-4, c2 = 0.9). Memory persists from one call of crs_lbfgs_step to the
 * next. In float64; a float32 net is converted by the objective.
 */
typedef struct crs_lbfgs crs_lbfgs;

/* Errors: CRS_EINVAL (n or history is 0), CRS_ENOMEM: it takes 8 n (2 history + 6) bytes. */
CRS_API crs_status crs_lbfgs_create(size_t n, size_t history, crs_error *err, crs_lbfgs **out);
CRS_API void crs_lbfgs_destroy(crs_lbfgs *lbfgs);

typedef enum crs_lbfgs_end {
    CRS_LBFGS_WENT_ON,    /* the cost became smaller */
    CRS_LBFGS_FLAT,       /* the largest |g| is at most 1e-10 (times 1 + |cost|): nothing to do */
    CRS_LBFGS_NO_PROGRESS /* no point with a smaller cost was found, along the gradient either; or
                             the cost or gradient at p is not finite */
} crs_lbfgs_end;

/*
 * One iteration: p [n] moves, *cost is the one there. `lr` is the first trial step (1), but for the
 * very first iteration, which takes min(1, 1/|g|_1) lr, as torch.optim.LBFGS does, and those after
 * a memory that misled was emptied. The objective is asked once a trial, and at p where p is not
 * where the last call left it; what is not finite is stepped back from.
 * Errors: what the objective returned (p is as it was).
 */
CRS_API crs_status crs_lbfgs_step(crs_lbfgs *lbfgs, double lr, crs_objective objective, void *ctx,
                                  double *p, double *cost, crs_lbfgs_end *end);

/* What it remembers, to save and to put back: an array of doubles, its length set by n and history. */
CRS_API size_t crs_lbfgs_state_size(const crs_lbfgs *lbfgs);
CRS_API void crs_lbfgs_get_state(const crs_lbfgs *lbfgs, double *state);
/* Errors: CRS_EFORMAT (no state that crs_lbfgs_get_state wrote). */
CRS_API crs_status crs_lbfgs_set_state(crs_lbfgs *lbfgs, const double *state, crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
