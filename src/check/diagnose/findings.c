#include "check/diagnose/findings.h"

#include "core/memory.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static crs_status add(crs_diagnosis *out, const char *id, size_t layer, const char *format, ...)
    CRS_PRINTF(4, 5);

static crs_status add(crs_diagnosis *out, const char *id, size_t layer, const char *format, ...)
{
    crs_diagnosis_finding *all = crs__realloc(out->findings, out->n_findings + 1,
                                              sizeof *out->findings),
                          *finding;
    va_list arguments;
    if (all == NULL)
        return CRS_ENOMEM;
    out->findings = all;
    finding = &all[out->n_findings++];
    memset(finding, 0, sizeof *finding);
    (void)snprintf(finding->id, sizeof finding->id, "%s", id);
    finding->layer = layer;
    va_start(arguments, format);
    (void)vsnprintf(finding->sentence, sizeof finding->sentence, format, arguments);
    va_end(arguments);
    return CRS_OK;
}

/* Is there anything that depends on how many samples there are, or on gradients at all? */
static int has_gradient(const crs__case *c)
{
    for (int kind = CRS__DA; kind <= CRS__DB; kind++)
        for (size_t l = 0; l <= c->n_layers; l++) {
            if (crs__is_given(c, (crs__kind)kind, l))
                return 1;
        }
    return 0;
}

/* How many z of a hidden layer have slope 0, slope 1 or are on a kink. */
typedef struct census {
    size_t n, off, on, at_kink;
} census;

static census count(const crs__case *c, size_t l)
{
    const crs__mat *z = crs__get(c, crs__preactivation(c, l), l);
    const crs_act *act = &c->acts[l];
    census found = {0, 0, 0, 0};
    for (size_t i = 0; z != NULL && i < z->rows * z->cols; i++) {
        double slope = crs_act_slope_f64(act, z->v[i]);
        found.n++;
        found.off += slope == 0;
        found.on += z->v[i] > 0;
        for (size_t k = 0; k < act->n_kinks; k++)
            found.at_kink += z->v[i] == act->kink[k].z && crs__mat_e(z, i) == 0;
    }
    return found;
}

static crs_status find_in_activations(const crs__case *c, size_t l, crs_diagnosis *out)
{
    census z = count(c, l);
    crs_status status = CRS_OK;
    if (z.n == 0 || !has_gradient(c))
        return CRS_OK;
    if (z.off == z.n)
        return add(out, "dead-layer", l,
                   "Layer %zu is dead on these samples: no unit of it is active on any, so all "
                   "gradients below it are 0. Bugs below it cannot show here; a smaller step or "
                   "another initialisation may bring it back.",
                   l);
    if (c->acts[l].n_kinks > 0 && z.on == z.n)
        status = add(out, "all-active", l,
                     "Every unit of layer %zu is active on every sample: a wrong mask looks like a "
                     "right one here. More samples, or other weights, would tell.",
                     l);
    if (status == CRS_OK && z.at_kink > 0)
        status = add(out, "kink-hits", l,
                     "%zu z of layer %zu %s exactly on a kink of %s, where any value between both "
                     "slopes counts as right.",
                     z.at_kink, l, z.at_kink == 1 ? "is" : "are", crs_act_name(c->acts[l].id));
    return status;
}

/* Two units with the same weights and the same bias. */
static int has_twins(const crs__case *c, size_t l, size_t *first, size_t *second)
{
    const crs__mat *w = crs__get(c, CRS__W, l), *b = crs__get(c, CRS__B, l);
    if (!crs__is_given(c, CRS__W, l) || w->cols == 0)
        return 0;
    for (size_t i = 0; i < w->rows; i++) {
        for (size_t j = i + 1; j < w->rows; j++) {
            if (memcmp(w->v + i * w->cols, w->v + j * w->cols, w->cols * sizeof *w->v) != 0 ||
                (b != NULL && b->v[i] != b->v[j]))
                continue;
            *first = i;
            *second = j;
            return 1;
        }
    }
    return 0;
}

/* And so must be their gradients, if they are to stay equal: what they hand on is equal too. */
static int are_gradients_equal(const crs__case *c, size_t l, size_t first, size_t second)
{
    const crs__mat *dw = crs__get(c, CRS__DW, l);
    if (dw == NULL)
        return 1;
    for (size_t j = 0; j < dw->cols; j++) {
        double x = dw->v[first * dw->cols + j], y = dw->v[second * dw->cols + j];
        if (fabs(x - y) > 1e3 * c->u * (fabs(x) + fabs(y)))
            return 0;
    }
    return 1;
}

static crs_status find_twins(const crs__case *c, size_t l, crs_diagnosis *out)
{
    size_t first, second;
    if (l == c->n_layers || !has_twins(c, l, &first, &second) ||
        !are_gradients_equal(c, l, first, second))
        return CRS_OK;
    return add(out, "symmetric-units", l,
               "Units %zu and %zu of layer %zu have equal weights and equal gradients: they learn "
               "the same and stay one unit for ever. Start the weights at random, not at 0 or all "
               "equal.",
               first, second, l);
}

/* Labels that an output between 0 and 1 can never reach. */
static crs_status find_labels(const crs__case *c, crs_diagnosis *out)
{
    const crs__mat *y = crs__get(c, CRS__Y, 0);
    if (y == NULL || !c->has_output || c->output == CRS_OUTPUT_LINEAR ||
        c->output == CRS_OUTPUT_TANH)
        return CRS_OK;
    for (size_t i = 0; i < y->rows * y->cols; i++) {
        if (y->v[i] < 0 || y->v[i] > 1)
            return add(out, "labels-outside", c->n_layers,
                       "There is a label %.6g, and the output, a %s, stays between 0 and 1: it can "
                       "never get there. Number the classes 0 and 1, or take another output.",
                       y->v[i], crs_output_name(c->output));
    }
    return CRS_OK;
}

static crs_status find_assumptions(const crs__case *c, crs_diagnosis *out)
{
    crs_status status = CRS_OK;
    for (size_t l = 1; status == CRS_OK && l <= c->n_layers; l++) {
        if (c->act_assumed[l] && has_gradient(c))
            status = add(out, "activation-assumed", l,
                         "Nothing saved tells the activation of layer %zu: %s was assumed. Save Z "
                         "and A, or say --act.",
                         l, crs_act_name(c->acts[l].id));
    }
    if (status == CRS_OK && c->has_output && c->cost_assumed && c->ways.cost == CRS_COST_SQUARED &&
        c->output != CRS_OUTPUT_LINEAR && c->output != CRS_OUTPUT_TANH)
        status =
            add(out, "cost-assumed", c->n_layers,
                "The gradient is that of the squared error, with %s as the output; no cost was "
                "saved to tell. If your cost is cross-entropy, then this is the bug "
                "output-derivative-extra: save the cost, or say --loss.",
                crs_output_name(c->output));
    if (status == CRS_OK && !isnan(c->undone_lr))
        status = add(out, "saved-after-step", 0,
                     "W and b were saved after the step: Z was made with W + lr dW and b + lr db, "
                     "lr = %.6g. All was checked with those. Save before the update, and they need "
                     "not be worked out.",
                     c->undone_lr);
    for (size_t l = 1; status == CRS_OK && l < c->n_layers; l++) {
        if (c->overwritten[l] != NULL)
            status =
                add(out, "overwritten-da", l,
                    "%s holds dZ%zu: dZ was made of it in place (dZ = dA; dZ[Z <= 0] = 0). That "
                    "is no bug as long as nothing reads it again; it was not checked. "
                    "np.array(dA, copy=True) keeps both.",
                    c->overwritten[l]->name, l);
    }
    if (status == CRS_OK && c->has_output && c->ways.is_sum)
        status = add(out, "sums-not-means", 0,
                     "The cost is the sum over the %zu samples, and so is its gradient. That is "
                     "right; the step then grows with the batch, and lr must make up for it.",
                     c->m);
    if (status == CRS_OK && c->l2_inferred)
        status = add(out, "l2-inferred", 0,
                     "The gradient of the weights has an L2 term as of lambd = %.6g, which was not "
                     "saved.",
                     c->lambd);
    return status;
}

crs_status crs__find(const crs__case *c, crs_diagnosis *out)
{
    size_t hidden = c->has_output ? c->n_layers - 1 : c->n_layers;
    crs_status status = CRS_OK;
    if (out->n_samples == 1 && has_gradient(c))
        status = add(out, "one-sample", 0,
                     "There is one sample only: sums, means and a missing 1/m are all the same "
                     "here. Save a batch of several to tell them apart.");
    for (size_t l = 1; status == CRS_OK && l <= hidden; l++)
        status = find_in_activations(c, l, out);
    for (size_t l = 1; status == CRS_OK && l <= hidden; l++)
        status = find_twins(c, l, out);
    if (status == CRS_OK)
        status = find_labels(c, out);
    return status == CRS_OK ? find_assumptions(c, out) : status;
}
