/*
 * crease/fit.h - training on real data: epochs of shuffled batches, any optimizer and schedule,
 * validation, early stopping, and a state that can be saved and put back at any step.
 *
 *     crs_fit_config how;
 *     crs_fit *fit;
 *     crs_fit_config_init(&how);
 *     how.epochs = 10, how.batch = 128;
 *     crs_fit_create(net, &data, &how, &err, &fit);
 *     while (!crs_fit_ended(fit))
 *         crs_fit_advance(fit, 100, &err);
 *     records = crs_fit_records(fit, &n);
 *
 * (crease/train.h is the plain loop under it: gradient descent alone, an observer in every
 * iteration; what compare and fleets use.)
 *
 * What is computed depends on the net, the data and the configuration alone: not on the number
 * of threads, nor on how crs_fit_advance was called, nor on whether the state went through
 * crs_fit_save and crs_fit_load meanwhile. The same seed gives the same bits.
 *
 * Threads: one fit, one thread at a time.
 */
#ifndef CREASE_FIT_H
#define CREASE_FIT_H

#include <crease/data.h>
#include <crease/net.h>
#include <crease/optim.h>
#include <crease/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Make a sample anew each time it is taken: from x to out, [n_features] both, in the net's dtype.
 * `draw` are 64 random bits that belong to this sample in this epoch. Called from several threads
 * at once, so it may only read `ctx`.
 */
typedef void (*crs_augment)(const void *ctx, uint64_t draw, const void *x, void *out);

/*
 * Pictures [height, width, channels] moved by up to `most` pixels each way, what comes in being 0:
 * augment = crs_augment_shift, augment_ctx = a crs_shift.
 */
typedef struct crs_shift {
    crs_dtype dtype;
    size_t height, width, channels, most;
} crs_shift;
CRS_API void crs_augment_shift(const void *shift, uint64_t draw, const void *x, void *out);

/* How to train. Fill it with crs_fit_config_init, which sets what is given here. Pointers are borrowed
 * for the fit's life. */
typedef struct crs_fit_config {
    crs_optim optim;       /* sgd */
    double lr;             /* 0: the optimizer's own */
    crs_schedule schedule; /* constant */
    size_t epochs;         /* 10; for lbfgs its iterations */
    size_t batch;          /* samples in a batch, 32; 0: all of them */
    uint32_t seed;         /* 1; of the order of samples, of dropout and of augmentation */
    int shuffle;           /* 1: a new order each epoch; 0: the order of the data */

    /* The samples to train on and those to validate with, of `data`; index NULL: all of them to
       train on, none to validate with. */
    size_t n_train, n_valid;
    const size_t *train_index, *valid_index;
    /* Or samples of a data set of their own; NULL: none. */
    const crs_dataset *valid;

    /* Added to the cost's gradient, for weights alone (not for biases, gamma and beta): l1 |w| + l2/2 w^2.
       Costs are reported without it. */
    double l1, l2;
    double max_norm; /* of each unit's weights, after the step; 0: no limit */
    double clip;     /* of the whole gradient's norm, before the step; 0: no limit */

    const double *sample_weights; /* [data->n_samples]; NULL: 1. For training, not validation */
    const double *class_weights;  /* [n_classes], times those above; NULL: 1 */

    crs_augment augment; /* NULL: none */
    const void *augment_ctx;

    /* Stop after so many epochs without a smaller cost (of validation where there is one); 0: never. The
       net then gets back the parameters of the best epoch, also where all epochs were run. */
    size_t patience;

    /* A record every so many epochs, and of the last; 1. What is not recorded is not measured, and
       plain gradient descent of a small net is many times as fast there. Patience and the plateau schedule
       look at recorded epochs only. */
    size_t every;

    const crs_executor *executor; /* NULL: the calling thread */
} crs_fit_config;

CRS_API void crs_fit_config_init(crs_fit_config *out);

/* What is known of an epoch. NAN: not measured, or not defined. */
typedef struct crs_fit_record {
    double epoch;  /* from 0 */
    double lr;     /* of its last step */
    double cost;   /* mean over its samples, each as its batch saw it, before the batch's update */
    double metric; /* of the same passes: accuracy; R^2 for values (mean over targets) */
    double valid_cost, valid_metric; /* after it */
    double kink_hits;                /* z of hidden layers that were exactly on a kink */
    double dead_units;               /* hidden units whose slope was 0 for every sample of it */
} crs_fit_record;

typedef enum crs_fit_end {
    CRS_FIT_GOES_ON,
    CRS_FIT_ALL_EPOCHS,
    CRS_FIT_STOPPED_EARLY, /* patience ran out */
    CRS_FIT_CONVERGED,     /* lbfgs: the gradient is 0, or nothing smaller was found */
    CRS_FIT_DIVERGED /* the cost is no finite number any more; the net is as the last step left it */
} crs_fit_end;

/* "all epochs", "stopped early", ... Static storage. */
CRS_API const char *crs_fit_end_text(crs_fit_end end);

typedef struct crs_fit crs_fit;

/*
 * Ready to train `net` on `data`; both are borrowed for the fit's life, and the net's parameters are its own to change.
 *
 * Errors: CRS_ESHAPE (data, dtype or labels do not fit the net), CRS_EINVAL (an option out of its
 * range; lbfgs with batches, dropout, batch normalisation or augmentation; an index beyond the data), CRS_ENOMEM, CRS_ENONFINITE
 * (a weight that is none).
 */
CRS_API crs_status crs_fit_create(crs_net *net, const crs_dataset *data,
                                  const crs_fit_config *config, crs_error *err, crs_fit **out);

/* NULL is fine. */
CRS_API void crs_fit_destroy(crs_fit *fit);

/*
 * Up to `steps` more batches; fewer where the training ends. With batch normalisation a last batch of one sample
 * has no variance and is left out.
 * Errors: CRS_ENOMEM; the training cannot go on then.
 */
CRS_API crs_status crs_fit_advance(crs_fit *fit, size_t steps, crs_error *err);

CRS_API crs_fit_end crs_fit_ended(const crs_fit *fit);

/* Steps done and in all; steps of an epoch. */
CRS_API uint64_t crs_fit_steps(const crs_fit *fit);
CRS_API uint64_t crs_fit_steps_in_all(const crs_fit *fit);
CRS_API uint64_t crs_fit_steps_per_epoch(const crs_fit *fit);

/* The mean cost of the samples seen so far in this epoch; NAN where it is not recorded, or none was. */
CRS_API double crs_fit_cost_so_far(const crs_fit *fit);

/* The records so far, in order; valid until the next call that changes the fit. */
CRS_API const crs_fit_record *crs_fit_records(const crs_fit *fit, size_t *n);

/* Which record is the best, by the cost that patience looks at; SIZE_MAX: none yet. */
CRS_API size_t crs_fit_best(const crs_fit *fit);

/* ---- its state ------------------------------------------------------------------------------- */

/*
 * Everything that the rest of the training depends on, as a safetensors file: parameters, what
 * the optimizer remembers, the order of samples, where in the epoch it is, the records. The same state gives the same bytes.
 * Errors: what the sink returns, CRS_ENOMEM.
 */
CRS_API crs_status crs_fit_save(const crs_fit *fit, const crs_sink *sink, crs_error *err);

/*
 * Put a state back into a fit of the same net, data and configuration (epochs may differ where neither the
 * schedule nor patience with `every` counts on them; a training with patience that is over is over): n bytes, `name` is for messages. Then the fit is as the saved one was; on failure
 * it is as it was.
 * Errors: CRS_EFORMAT (torn, no checkpoint, claims more than it holds), CRS_ESHAPE (of another
 * net, data or configuration: the text says what differs), CRS_EUNSUPPORTED (a newer version), CRS_ENOMEM.
 */
CRS_API crs_status crs_fit_load(crs_fit *fit, size_t n, const void *bytes, const char *name,
                                crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
