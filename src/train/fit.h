/* train/fit.h - the inside of a fit. */
#ifndef TRAIN_FIT_H
#define TRAIN_FIT_H

#include "net/net.h"
#include "net/small.h"

#include <crease/fit.h>

/* Where the next batch comes from: samples in the order of the epoch. */
typedef struct crs__feed {
    size_t n;             /* samples of an epoch */
    const size_t *index;  /* of them in the data; NULL: the first n */
    size_t *order;        /* the epoch's order, indices into the data; NULL: index */
    size_t batch;         /* samples in a batch */
    size_t at;            /* taken in this epoch */
    crs_random random;    /* behind the epoch's order */
    crs_random before;    /* in front of it: what a state saves */
    void *made;           /* [batch, n_features]: augmented samples, */
    double *made_y;       /* [batch, n_targets], what is learned about them, */
    double *made_weights; /* [batch], and what they count */
} crs__feed;

/* What a workspace is to load. */
typedef struct crs__batch {
    size_t n;
    const void *x;
    const double *y, *weights;
    const size_t *load_index; /* of rows in these; NULL: the first n */
    /* The samples as the data set has them: index[i], or first + i where index is NULL. */
    const size_t *index;
    size_t first;
} crs__batch;

/* What is measured while an epoch goes by. */
typedef struct crs__tally {
    double samples, weight; /* seen, and what they count */
    double cost;            /* times weight */
    double correct;
    double kink_hits;
    double *squares;      /* [n_out]: sum of (a - y)^2 */
    unsigned char *alive; /* [hidden units]: had a slope other than 0 */
} crs__tally;

/* Samples to measure on, and how far their targets are from their means. */
typedef struct crs__judged {
    const crs_dataset *data;
    size_t n; /* 0: none */
    const size_t *index;
    double *spread; /* [n_out]: sum of (y - mean)^2; NULL unless values are learned */
} crs__judged;

struct crs_fit {
    crs_net *net;
    const crs_dataset *data;
    crs_fit_config config;
    double lr; /* before the schedule */
    crs__judged train, valid;
    double *weights; /* [data->n_samples]; NULL: 1 */
    crs__feed feed;
    uint64_t epoch, step, per_epoch;

    crs__small *small;        /* NULL: passes of `work` make the gradient */
    crs_workspace *work;      /* what it is made in */
    crs_workspace *view;      /* z and a of a batch, to measure; may be `work` */
    crs_workspace *judge;     /* for samples in blocks: validation, lbfgs; NULL: not wanted */
    int plain;                /* the update is p -= lr g and needs no gradient of its own */
    crs_optimizer *optimizer; /* NULL: lbfgs */
    crs_lbfgs *lbfgs;
    double *point; /* lbfgs: parameters as doubles */
    crs_plateau plateau;

    crs__tally tally;
    size_t n_records, records_room;
    crs_fit_record *records;
    double last_lr;

    double best_cost;
    size_t best; /* record; SIZE_MAX: none */
    size_t waited;
    void *best_params, *best_running; /* NULL without patience */
    crs_fit_end end;
};

/* ---- fit_feed.c ------------------------------------------------------------------------------- */

/* Errors: CRS_ENOMEM, CRS_EINVAL (an index beyond the data). */
crs_status crs__feed_create(crs_fit *fit, crs_error *err);
void crs__feed_destroy(crs__feed *feed);
/* Draw the order of a new epoch. */
void crs__feed_begin_epoch(crs_fit *fit);
/* The next batch; valid until the next call. */
void crs__feed_next(crs_fit *fit, crs__batch *out);
/* What its samples count together. */
double crs__batch_weight(const crs__batch *batch);
crs_status crs__batch_load(const crs__batch *batch, crs_workspace *work, crs_error *err);
/* 1 where the epoch has no further batch. */
int crs__feed_is_done(const crs_fit *fit);

/* ---- fit_measure.c ---------------------------------------------------------------------------- */

/* Errors: CRS_ENOMEM. */
crs_status crs__judged_prepare(const crs_net *net, crs__judged *judged);
crs_status crs__tally_create(const crs_net *net, crs__tally *tally);
void crs__tally_destroy(crs__tally *tally);
void crs__tally_clear(const crs_net *net, crs__tally *tally);
size_t crs__tally_hidden_units(const crs_net *net);
/* A batch that `work` has passed forward. */
void crs__tally_add(const crs_net *net, const crs_workspace *work, const crs__batch *batch,
                    crs__tally *tally);
double crs__tally_cost(const crs__tally *tally);
/* Accuracy, or R^2 by the spread of what was judged. */
double crs__tally_metric(const crs_net *net, const crs__tally *tally, const crs__judged *judged);
double crs__tally_dead(const crs_net *net, const crs__tally *tally);
/* Pass all of `judged` forward, predicting, through `work`. */
crs_status crs__judged_measure(const crs_net *net, const crs__judged *judged, const double *weights,
                               crs_workspace *work, crs__tally *tally, crs_error *err);

/* ---- fit_record.c ------------------------------------------------------------------------------- */

/* Is this epoch recorded? */
int crs__fit_is_recorded(const crs_fit *fit, uint64_t epoch);
/* Write down the epoch that ended, and decide whether the training goes on. */
crs_status crs__fit_end_epoch(crs_fit *fit, crs_error *err);
/* Room for one more record. Errors: CRS_ENOMEM. */
crs_status crs__fit_reserve_records(crs_fit *fit, size_t n);

/* ---- fit_about.c -------------------------------------------------------------------------------- */

/* What a state belongs to, "name=value" lines; released with crs__free, NULL without memory. */
char *crs__fit_about(const crs_fit *fit);
/* Errors: CRS_ESHAPE (the first line that differs, in the text), CRS_ENOMEM. */
crs_status crs__fit_compare_about(const crs_fit *fit, const char *theirs, const char *name,
                                  crs_error *err);

/* ---- fit_lbfgs.c -------------------------------------------------------------------------------- */

/* One iteration over all samples. */
crs_status crs__fit_step_lbfgs(crs_fit *fit, crs_error *err);

#endif
