/*
 * crease/net.h - a network of dense layers, forward and backward.
 *
 * A crs_net is shape and parameters; a crs_workspace holds what one pass over a
 * batch computes (z, a, dz of each layer and the gradient). Several workspaces
 * may share a net as long as nobody changes its parameters meanwhile.
 *
 *     crs_net *net;
 *     crs_workspace *work;
 *     crs_net_create(&config, &err, &net);
 *     crs_net_init(net, &init, &random);
 *     crs_workspace_create(net, 400, NULL, &err, &work);
 *     crs_workspace_load(work, 400, x, y, NULL, &err);
 *     crs_net_forward(net, work);
 *     crs_net_backward(net, work);           gradient: crs_workspace_gradient(work)
 *
 * Layers count from 1 (layer 1 is the first with weights) up to n_layers, the
 * output; units and samples from 0. In layer l: z = W a_prev + b, a = g(z), with
 * W [n_out, n_in] row-major. The derivative of the cost with respect to z is dz;
 * it is the one of a sample's own cost, and the mean's factor 1/batch is in dW
 * and db: dW = dz a_prev^T / batch, db = (sum of dz) / batch.
 */
#ifndef CREASE_NET_H
#define CREASE_NET_H

#include <crease/act.h>
#include <crease/dtype.h>
#include <crease/executor.h>
#include <crease/random.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crs_net crs_net;
typedef struct crs_workspace crs_workspace;

/* ---- making a net ---------------------------------------------------------- */

/*
 * What the output is and what it costs; sums run over the outputs, the cost of a batch is the
 * mean over its samples. Those of classes are computed from z (log-sum-exp): a saturated output
 * costs a large number, never infinity times 0.
 */
typedef enum crs_loss {
    CRS_LOSS_BCE,      /* sigmoid, -sum (y log a + (1 - y) log(1 - a)) */
    CRS_LOSS_SOFTMAX,  /* softmax, -log a of the true class */
    CRS_LOSS_SQUARED,  /* linear, 1/2 sum (a - y)^2 */
    CRS_LOSS_ABSOLUTE, /* linear, sum |a - y|; slope 0 at the kink a = y */
    CRS_LOSS_HUBER, /* linear, sum of e^2/2 where |e| <= delta, delta (|e| - delta/2) beyond; e = a - y */
    CRS_LOSS_HINGE /* linear; one output: max(0, 1 - t z), t = 2 y - 1; k outputs, true class c:
                          sum over j != c of max(0, 1 + z_j - z_c) (Weston and Watkins); slope 0 at
                          the kinks */
} crs_loss;

/* "bce", "softmax", "squared", "absolute", "huber", "hinge"; NULL for none. Static storage. */
CRS_API const char *crs_loss_name(crs_loss loss);

/* By that name. Errors: CRS_ENOENT (none of these; the text lists them). */
CRS_API crs_status crs_loss_parse(const char *text, crs_error *err, crs_loss *out);

/*
 * What a hidden layer has besides its weights and activation; zeroed: nothing. In this order:
 *
 *     u = W a_prev + b;  z = batchnorm(u);  a = g(z);  a = dropout(a);  a = a + a of `skip` layers below
 *
 * so that z is what g sees and where its kinks count. Batch normalisation (Ioffe and Szegedy 2015)
 * while training: z = gamma (u - mean) / sqrt(var + eps) + beta with mean and the biased variance of
 * the batch; running values follow by running <- (1 - momentum) running + momentum batch, the
 * unbiased variance there, as torch.nn.BatchNorm1d has it; otherwise the running values stand for
 * the batch's. Dropout (inverted) while training: a unit is 0 with probability `dropout`, else
 * divided by 1 - dropout; otherwise it does nothing.
 */
typedef struct crs_layer_options {
    int batchnorm;
    double momentum; /* of the running values, in (0, 1]; 0: 0.1 */
    double eps;      /* 0: 1e-5 */
    double dropout;  /* in [0, 1) */
    size_t skip;     /* 0: none; else the layer's width is that of layer l - skip (0: the input) */
} crs_layer_options;

typedef struct crs_net_config {
    size_t n_layers;      /* with weights; at least 1 */
    const size_t *widths; /* [n_layers + 1]: inputs, hidden units ..., outputs; borrowed */
    const crs_act *acts;  /* [n_layers - 1], one a hidden layer; borrowed */
    crs_loss loss;
    crs_dtype dtype;
    const crs_layer_options *options; /* [n_layers - 1], or NULL: nothing; borrowed */
    double huber_delta;               /* 0: 1 */
    /*
     * In [0, 1): what is learned of a class is (1 - s) y + s/k (softmax; k = 2 for bce); others
     * refuse it. Costs are those of the smoothed y.
     */
    double label_smoothing;
} crs_net_config;

/*
 * Hidden layers and output in words, as the command line has them: "512:relu,256:relu,10".
 * One layer after the other with commas between: units, then for a hidden one ':' and its
 * activation as crs_act_parse reads it (left out: `act`), '@' and the derivative's value at its
 * kinks, and any of +bn, +drop=P, +skip, +skip=N: "512:leaky_relu:0.1@0.5+bn+drop=0.2,10".
 */
#define CRS_MAX_LAYERS 256
typedef struct crs_layers {
    size_t n_layers;                   /* the output among them */
    size_t widths[CRS_MAX_LAYERS + 1]; /* [0] is left 0: the input's is the data's to say */
    crs_act acts[CRS_MAX_LAYERS];
    crs_layer_options options[CRS_MAX_LAYERS];
} crs_layers;

/* Errors: CRS_EPARSE, CRS_ENOENT (an activation or a word that is none), CRS_EINVAL (out of its range). */
CRS_API crs_status crs_layers_parse(const char *text, const crs_act *act, crs_error *err,
                                    crs_layers *out);

/*
 * A net whose parameters are all 0; gammas and running variances are 1.
 *
 * The environment variable CREASE_GEMM (built-in, openblas, onednn) says what multiplies the
 * matrices of large layers.
 *
 * Errors: CRS_EINVAL (no layer, a width of 0, softmax with one output, an option out of its
 * range or a skip that does not fit), CRS_ENOMEM;
 * CRS_ENOENT, CRS_EIO or CRS_EINVAL where CREASE_GEMM names what is not there, cannot be
 * loaded or does not multiply this dtype.
 */
CRS_API crs_status crs_net_create(const crs_net_config *config, crs_error *err, crs_net **out);

/*
 * Let "built-in", "openblas" or "onednn" (float32 alone) multiply the matrices of large layers,
 * whatever CREASE_GEMM says (NULL: as it says); before a workspace is made. Last bits differ between them. A net with
 * batch normalisation, dropout or skips keeps the built-in one.
 *
 * Errors: those of CREASE_GEMM above; the net then stays as it was.
 */
CRS_API crs_status crs_net_set_gemm(crs_net *net, const char *name, crs_error *err);

/* A net of the same shape with the same parameters and running values. Errors: CRS_ENOMEM. */
CRS_API crs_status crs_net_copy(const crs_net *net, crs_net **out);

/* NULL is fine. */
CRS_API void crs_net_destroy(crs_net *net);

/* How weights start; biases start at 0. n_in and n_out are those of the layer. */
typedef enum crs_init_kind {
    CRS_INIT_RANDN,  /* scale * randn, the 0.01 randn of the exercise */
    CRS_INIT_HE,     /* randn * sqrt(2 / n_in) */
    CRS_INIT_LECUN,  /* randn / sqrt(n_in) */
    CRS_INIT_GLOROT, /* randn * sqrt(2 / (n_in + n_out)) */
    CRS_INIT_ZEROS
} crs_init_kind;

typedef struct crs_init {
    crs_init_kind kind;
    double scale; /* of CRS_INIT_RANDN */
} crs_init;

/*
 * Read "he", "lecun", "glorot", "zeros", "randn:0.01" ("small" is randn:0.01).
 * Errors: CRS_ENOENT (none of these), CRS_EPARSE (a scale that is no finite number).
 */
CRS_API crs_status crs_init_parse(const char *text, crs_error *err, crs_init *out);

/* The name as crs_init_parse reads it, into `text` of `size` bytes, always terminated. */
CRS_API void crs_init_format(const crs_init *init, char *text, size_t size);

/*
 * Draw the weights from `random`, layer by layer, row by row: the numbers that
 * np.random.randn(n_out, n_in) gives for one layer after the other. Biases: 0.
 */
CRS_API void crs_net_init(crs_net *net, const crs_init *init, crs_random *random);

/* ---- looking at a net ------------------------------------------------------ */

CRS_API size_t crs_net_layers(const crs_net *net);
/* Units of a layer; layer 0 is the input. */
CRS_API size_t crs_net_width(const crs_net *net, size_t layer);
CRS_API crs_loss crs_net_loss(const crs_net *net);
CRS_API crs_dtype crs_net_dtype(const crs_net *net);
/* The activation of a hidden layer, 1 ... n_layers - 1. */
CRS_API const crs_act *crs_net_act(const crs_net *net, size_t layer);
/* Its options, defaults filled in; of the output all 0. */
CRS_API const crs_layer_options *crs_net_options(const crs_net *net, size_t layer);
CRS_API double crs_net_huber_delta(const crs_net *net);
CRS_API double crs_net_label_smoothing(const crs_net *net);

/*
 * All parameters, W1 b1 W2 b2 ... one after the other, in the net's dtype; with batch
 * normalisation gamma and beta follow the layer's b. The array belongs to the net and may be
 * written to.
 */
CRS_API size_t crs_net_n_params(const crs_net *net);
CRS_API void *crs_net_params(crs_net *net);
/* Where a layer's W ([n_out, n_in]) and b ([n_out]) begin in it, in elements. */
CRS_API size_t crs_net_weight_at(const crs_net *net, size_t layer);
CRS_API size_t crs_net_bias_at(const crs_net *net, size_t layer);
/* gamma and beta, [n_out] each; of a layer with batch normalisation. */
CRS_API size_t crs_net_gamma_at(const crs_net *net, size_t layer);
CRS_API size_t crs_net_beta_at(const crs_net *net, size_t layer);
/* One parameter as a double, whatever the dtype; i < crs_net_n_params. */
CRS_API double crs_net_param(const crs_net *net, size_t i);
/*
 * What is not trained but kept: for each layer with batch normalisation, in order, its running
 * mean and variance, [n_out] each, in the net's dtype. May be written to.
 */
CRS_API size_t crs_net_n_running(const crs_net *net);
CRS_API void *crs_net_running(crs_net *net);
CRS_API size_t crs_net_running_at(const crs_net *net, size_t layer);

/* ---- a pass ------------------------------------------------------------------ */

/*
 * Room for passes over up to `capacity` samples. `executor` (NULL: the calling
 * thread) runs the pieces of large products and is borrowed for the workspace's life.
 *
 * Errors: CRS_EINVAL (capacity is 0), CRS_ENOMEM.
 */
CRS_API crs_status crs_workspace_create(const crs_net *net, size_t capacity,
                                        const crs_executor *executor, crs_error *err,
                                        crs_workspace **out);

/* NULL is fine. */
CRS_API void crs_workspace_destroy(crs_workspace *work);

/*
 * Take n samples as the batch. x is [rows, n_in] row-major in the net's dtype; y is
 * what is to be learned about each row, or NULL where only forward is wanted:
 * [rows] indices of classes (bce and hinge with one output: 0 or 1; softmax; hinge), else
 * [rows, n_out] values. The batch is rows index[0] ... index[n - 1], or the first
 * n rows where `index` is NULL. x must stay valid until the next load: a large
 * first layer reads it in place.
 *
 * Errors: CRS_EINVAL (n is 0 or above the capacity, a class that the output lacks, a weight that is
 * negative or not finite; the text says which sample), CRS_ENOMEM.
 */
CRS_API crs_status crs_workspace_load(crs_workspace *work, size_t n, const void *x, const double *y,
                                      const size_t *index, crs_error *err);

/*
 * What stands for g'(z) in the backward pass of a hidden layer, given a = g(z) (without dropout
 * and skip); layer 0: of all of them. NULL: the activation's own derivative. The struct is
 * copied, its ctx borrowed.
 */
CRS_API void crs_workspace_set_rule(crs_workspace *work, size_t layer,
                                    const crs_backward_rule *rule);

/*
 * How much each sample counts, [rows] as y of the loads that follow, finite and at least 0; NULL:
 * alike. The cost of a batch is then sum w_s cost_s / sum w_s, and the gradient is its gradient;
 * a batch whose weights are all 0 costs 0. Borrowed until the next call.
 */
CRS_API void crs_workspace_set_weights(crs_workspace *work, const double *weights);

/*
 * For nets with options; others do not care.
 *
 * Training: forward uses the batch's own mean and variance and drops units, for which step `step`
 * of stream `seed` decides: the same two give the same units, whatever ran before and for any
 * number of threads. A workspace begins not training.
 */
CRS_API void crs_workspace_set_training(crs_workspace *work, uint32_t seed, uint64_t step);
CRS_API void crs_workspace_set_predicting(crs_workspace *work);

/*
 * Let the running values follow the batch that was last passed forward, if that was in training;
 * no more than once a step. Does nothing for a net without batch normalisation. A batch of one
 * sample has no unbiased variance: the running ones stay as they are.
 */
CRS_API void crs_net_follow_batch(crs_net *net, const crs_workspace *work);

/* z and a of every layer for the batch. `net` must be of the shape the workspace was made for. */
CRS_API void crs_net_forward(const crs_net *net, crs_workspace *work);

/* The mean cost of the batch; after forward, where y was loaded. */
CRS_API double crs_net_cost(const crs_net *net, const crs_workspace *work);

/* dz of every layer and the gradient; after forward, where y was loaded. */
CRS_API void crs_net_backward(const crs_net *net, crs_workspace *work);

/*
 * How many samples of the batch the output classifies right: bce on the label's side of 1/2 in each
 * output, hinge with one output on the label's side of z = 0, softmax and hinge where z is largest.
 * 0 for losses of numbers.
 */
CRS_API size_t crs_net_count_correct(const crs_net *net, const crs_workspace *work);

/* 1 if the output counts as right for sample `sample` of the batch. */
CRS_API int crs_net_is_correct(const crs_net *net, const crs_workspace *work, size_t sample);

/* Samples in the batch. */
CRS_API size_t crs_workspace_batch(const crs_workspace *work);

/* The gradient, laid out as crs_net_params, in the net's dtype. May be written to. */
CRS_API void *crs_workspace_gradient(crs_workspace *work);

/*
 * Arrays of a layer for the batch, [n_out, batch] with rows *ld elements apart, in
 * the net's dtype: layer 1 ... n_layers. z is what the activation saw, a what the next layer
 * reads, behind dropout and skip; dz is the derivative by z, and with batch normalisation the one
 * by u, of which dW and db are sums.
 */
CRS_API const void *crs_workspace_z(const crs_workspace *work, size_t layer, size_t *ld);
CRS_API const void *crs_workspace_a(const crs_workspace *work, size_t layer, size_t *ld);
CRS_API const void *crs_workspace_dz(const crs_workspace *work, size_t layer, size_t *ld);

/* How many z[unit, sample] of a hidden layer's unit are exactly on one of its activation's kinks. */
CRS_API size_t crs_workspace_kink_hits(const crs_workspace *work, size_t layer, size_t unit);

/* How many units of a hidden layer have derivative 0 on every sample of the batch. */
CRS_API size_t crs_workspace_dead_units(const crs_workspace *work, size_t layer);

/*
 * The output for n samples, x [n, n_in] row-major in the net's dtype, into out [n,
 * n_out]; `before_output` 1 gives z (the logit) instead of a.
 *
 * Errors: CRS_ENOMEM.
 */
CRS_API crs_status crs_net_predict(const crs_net *net, size_t n, const void *x, int before_output,
                                   double *out);

/* ---- many predictions ---------------------------------------------------------- */

/*
 * A net made ready to predict again and again: no call of crs_predictor_run allocates. It
 * has a copy of the parameters as they are now, and borrows the net and the executor (NULL:
 * the calling thread); change the net, and a new predictor is needed. `capacity` is how many
 * samples a call usually has: 1, and a single sample is all that is prepared for.
 *
 * One predictor is for one thread at a time.
 *
 * Errors: CRS_EINVAL (capacity is 0), CRS_ENOMEM.
 */
typedef struct crs_predictor crs_predictor;
CRS_API crs_status crs_predictor_create(const crs_net *net, size_t capacity,
                                        const crs_executor *executor, crs_error *err,
                                        crs_predictor **out);

/* NULL is fine. */
CRS_API void crs_predictor_destroy(crs_predictor *predictor);

/* As crs_net_predict, for any n, with the same bits. */
CRS_API void crs_predictor_run(crs_predictor *predictor, size_t n, const void *x, int before_output,
                               double *out);

#ifdef __cplusplus
}
#endif
#endif
