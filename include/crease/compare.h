/*
 * crease/compare.h - one net, trained once under each of several derivative rules.
 *
 * Every run starts from the same parameters and sees the same data in the same
 * order; the only difference is what stands for g'(z) in its backward pass.
 *
 *     crs_compare_config config;
 *     crs_compare_config_init(&config);
 *     config.data = &data; config.n_rules = 4; config.rules = rules; ...
 *     crs_compare_run(&config, &err, &result);
 *     puts(result->explanation);
 *     crs_compare_destroy(result);
 */
#ifndef CREASE_COMPARE_H
#define CREASE_COMPARE_H

#include <crease/data.h>
#include <crease/net.h>
#include <crease/rule.h>
#include <crease/rulecheck.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Called now and then, never twice at once, perhaps in a thread of the executor:
 * `done` of 0 to 1, and what is going on. Anything but 0 stops: crs_compare_run
 * returns CRS_ECANCELED.
 */
typedef int (*crs_compare_progress)(void *ctx, double done, const char *what);

typedef struct crs_compare_config {
    const crs_dataset *data;       /* in `dtype` */
    const crs_dataset *test;       /* NULL: none */
    size_t n_hidden;               /* at least 1 */
    const size_t *hidden;          /* [n_hidden], units of each; borrowed */
    crs_act act;                   /* of every hidden layer, with its values at the kinks */
    crs_dtype dtype;               /* CRS_F64 */
    crs_init init;                 /* 0.01 randn */
    uint32_t seed;                 /* of the initialisation, as for np.random.seed: 2 */
    double lr;                     /* 0.1 */
    size_t iterations;             /* 5,000 */
    size_t batch;                  /* 0: full batch */
    size_t every;                  /* the cost is recorded every so many iterations: 1,000 */
    size_t n_rules;                /* 1 ... CRS_RULECHECK_MAX_RULES */
    const crs_rule *const *rules;  /* borrowed until the result is destroyed */
    const crs_executor *executor;  /* NULL: the calling thread */
    const char *gemm;              /* for crs_net_set_gemm; NULL: as crs_net_create has it */
    crs_compare_progress progress; /* may be NULL */
    void *progress_ctx;
} crs_compare_config;

/* The defaults named above; relu; no data, hidden layers or rules. */
CRS_API void crs_compare_config_init(crs_compare_config *out);

/* A z that was exactly on a kink. */
typedef struct crs_kink_hit {
    size_t iteration;
    size_t layer; /* from 1 */
    size_t unit;  /* from 0 */
    size_t count; /* samples at which this unit was, in this iteration */
} crs_kink_hit;

/* What one rule did. A number that has no meaning here is NAN. */
typedef struct crs_compare_entry {
    crs_rulecheck check; /* the rule against the activation, on all float32 inputs */

    /*
     * Costs on the training data, as the course prints them: that of iteration i is
     * computed in its forward pass, before its update. Every so many iterations and in
     * the last one.
     */
    size_t n_costs;
    size_t *cost_at; /* [n_costs], iterations */
    double *costs;   /* [n_costs] */

    /* The same costs at up to 256 iterations spread evenly, for a picture. */
    size_t n_curve;
    double *curve_at; /* [n_curve], iterations */
    double *curve;    /* [n_curve] */

    /* Of the trained net, after the last update; accuracies are NAN where the cost is. */
    double cost;
    double accuracy; /* on the training data, 0 to 1 */
    double test_accuracy;

    int has_diverged;   /* 1: the trained net's cost is not finite; */
    size_t diverged_at; /* a cost was not, at this iteration or before it */

    uint64_t preactivations; /* z of hidden units that the run computed */

    uint64_t kink_hits; /* over all iterations, hidden layers, units and samples */
    int has_first_kink_hit;
    crs_kink_hit first_kink_hit;

    size_t dead_units; /* hidden units whose right derivative is 0 on every sample, at the end */

    /*
     * Cosine between the gradient under this rule and the right one at the same
     * parameters: the mean over about 100 iterations spread evenly over the run.
     */
    double gradient_cosine;

    /*
     * R^2 of the least-squares line (plane, ...) through the logits at the training
     * samples: 1 for a straight boundary. NAN where the loss is not bce, the samples do
     * not outnumber the features by far, or there are more than 64 features.
     */
    double boundary_r2;

    size_t
        identical_to; /* the first entry whose net has the same bits; its own index if none before */
    crs_net *net;     /* the trained net; belongs to the result */
} crs_compare_entry;

typedef struct crs_compare {
    size_t n_entries;
    crs_compare_entry *entries; /* one a rule, in their order */
    size_t n_layers;            /* with weights */
    size_t *widths;             /* [n_layers + 1] */
    crs_loss loss;
    crs_act act;
    size_t iterations;
    char *explanation; /* what happened and why: paragraphs parted by '\n' */
} crs_compare;

/*
 * Check every rule on all float32 inputs, train a net under each, measure them,
 * explain. One output with bce for two classes, softmax for more, one linear
 * output with squared loss for values.
 *
 * Small nets train side by side on the executor, large ones one after the other
 * with their products on it; the result does not depend on it.
 *
 * Errors: CRS_EINVAL (no rule, too many, no hidden layer, a label out of range),
 * CRS_ESHAPE (test data unlike the training data, dtype), CRS_ENOMEM, CRS_ECANCELED.
 */
CRS_API crs_status crs_compare_run(const crs_compare_config *config, crs_error *err,
                                   crs_compare **out);

/* NULL is fine. */
CRS_API void crs_compare_destroy(crs_compare *result);

#ifdef __cplusplus
}
#endif
#endif
