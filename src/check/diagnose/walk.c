#include "check/diagnose/walk.h"

#include "check/diagnose/hypotheses.h"
#include "check/diagnose/trial.h"
#include "core/memory.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* What is known on the way. */
typedef struct walker {
    crs__case *c;
    crs__walk *out;
    crs__standing standing;
    /* nodes not given that an earlier fault has made wrong; the fault + 1 */
    size_t tainted[CRS__KINDS][CRS__LAYERS + 1];
    crs__ref suspect[CRS__FLOW];
    crs__hypothesis hypotheses[CRS__HYPOTHESES];
} walker;

/* ---- where a fault may lie ---- */

/* The node and those it follows from that are not given, through such. */
static size_t suspects(const crs__case *c, crs__ref ref, crs__ref *out)
{
    size_t n = 0, looked = 0;
    out[n++] = ref;
    while (looked < n) {
        crs__ref inputs[CRS__INPUTS];
        size_t n_inputs = crs__inputs(c, out[looked++], inputs);
        for (size_t i = 0; i < n_inputs && n < CRS__FLOW; i++) {
            size_t k = 0;
            if (crs__is_given(c, inputs[i].kind, inputs[i].layer) || inputs[i].kind < CRS__Z)
                continue;
            while (k < n && (out[k].kind != inputs[i].kind || out[k].layer != inputs[i].layer))
                k++;
            if (k == n)
                out[n++] = inputs[i];
        }
    }
    return n;
}

/* Is everything that the node follows from given? */
static int inputs_given(const crs__case *c, crs__ref ref)
{
    crs__ref inputs[CRS__INPUTS];
    size_t n = crs__inputs(c, ref, inputs);
    for (size_t i = 0; i < n; i++) {
        if (!crs__is_given(c, inputs[i].kind, inputs[i].layer))
            return 0;
    }
    return 1;
}

/* ---- explanations ---- */

/* Is x the better of two that explain the same array? Before: found earlier in the catalogue. */
static int is_better(const crs__explanation *x, const crs__explanation *y)
{
    if ((x->left == 0) != (y->left == 0))
        return x->left == 0;
    if ((x->id != NULL) != (y->id != NULL))
        return x->id != NULL;
    if (x->known != y->known)
        return x->known;
    if (x->fixed != y->fixed)
        return x->fixed > y->fixed;
    return x->everywhere < y->everywhere;
}

/* Is there a fault of this name already? Then it is likely the same hand. */
static int is_known(const crs__walk *walk, const char *id)
{
    for (size_t i = 0; i + 1 < walk->n_faults; i++) {
        const crs__fault *earlier = &walk->faults[i];
        if (id != NULL && earlier->named && earlier->why.id != NULL &&
            strcmp(earlier->why.id, id) == 0)
            return 1;
    }
    return 0;
}

static int same_id(const crs__explanation *x, const crs__explanation *y)
{
    return x->id != NULL && y->id != NULL && strcmp(x->id, y->id) == 0;
}

/* Keep it among the alternatives, once for each id. */
static void add_also(crs__fault *fault, const crs__explanation *e)
{
    if (e->id == NULL || same_id(e, &fault->why))
        return;
    for (size_t i = 0; i < fault->n_also; i++) {
        if (same_id(&fault->also[i], e))
            return;
    }
    if (fault->n_also < CRS__MAX_ALSO)
        fault->also[fault->n_also++] = *e;
}

/* Something more that explains the fault. */
static void add_explanation(crs__fault *fault, const crs__explanation *e)
{
    if (!fault->named) {
        fault->named = 1;
        fault->why = *e;
    } else if (is_better(e, &fault->why)) {
        crs__explanation before = fault->why;
        size_t kept = 0;
        fault->why = *e;
        for (size_t i = 0; i < fault->n_also; i++) { /* its id may be among them */
            if (!same_id(&fault->also[i], e))
                fault->also[kept++] = fault->also[i];
        }
        fault->n_also = kept;
        add_also(fault, &before);
    } else {
        add_also(fault, e);
    }
}

/* All formulas at one suspect. */
static crs_status explain_at(walker *w, crs__fault *fault, crs__ref at)
{
    const crs__hypothesis *list = w->hypotheses;
    size_t n;
    int given = crs__is_given(w->c, at.kind, at.layer);
    crs_status status = crs__hypotheses(w->c, at, w->hypotheses, &n);
    for (size_t i = 0; status == CRS_OK && i < n; i++) {
        for (int everywhere = 0; status == CRS_OK && everywhere <= !given; everywhere++) {
            crs__explanation e = {at, list[i].variant, list[i].id, everywhere, 0, 0, 0};
            crs__trial trial;
            status = crs__trial_run(w->c, &w->standing, fault->first, at, &list[i].variant,
                                    everywhere, &trial);
            if (status != CRS_OK || !trial.explains || trial.left_beside)
                continue;
            e.fixed = trial.fixed;
            e.left = trial.left;
            e.known = is_known(w->out, e.id);
            add_explanation(fault, &e);
        }
    }
    return status;
}

/*
 * An explanation that leaves wrong what follows from it directly explains nothing, unless it is
 * at the array itself.
 */
static int is_sound(const crs__fault *fault)
{
    return fault->why.left == 0 || fault->why.fixed > 1 ||
           (fault->why.at.kind == fault->first.kind && fault->why.at.layer == fault->first.layer);
}

/* db alone off by m is the bias's affair; with dW off by the same, the mean's. */
static void tell_bias_from_mean(walker *w, crs__fault *fault)
{
    static const crs__slip factors[] = {CRS__TIMES_M, CRS__OVER_M};
    crs__ref dw = {CRS__DW, fault->first.layer};
    crs_status status = CRS_OK;
    if (fault->first.kind != CRS__DB || fault->why.id == NULL ||
        strcmp(fault->why.id, "bias-mean") != 0 || !crs__is_given(w->c, CRS__DW, dw.layer) ||
        w->standing.right[CRS__DW][dw.layer])
        return;
    for (size_t i = 0; status == CRS_OK && i < 2; i++) {
        crs__variant variant = {factors[i], 0, 0};
        crs__trial trial;
        status = crs__trial_run(w->c, &w->standing, dw, dw, &variant, 0, &trial);
        if (status != CRS_OK || !trial.explains || factors[i] != fault->why.variant.slip)
            continue;
        for (size_t k = 0; k < fault->n_also; k++) {
            crs__explanation other = fault->also[k];
            if (strcmp(other.id, i == 0 ? "m-missing" : "m-twice") != 0)
                continue;
            fault->also[k] = fault->why;
            fault->why = other;
        }
    }
}

/* ---- consequences ---- */

/* The fault is in this layer too. */
static void note_layer(crs__fault *fault, size_t layer)
{
    for (size_t i = 0; i < fault->n_layers; i++) {
        if (fault->layers[i] == layer)
            return;
    }
    if (fault->n_layers <= CRS__LAYERS)
        fault->layers[fault->n_layers++] = layer;
}

/* Nodes that are not given and follow from a tainted one are tainted too. */
static void spread_taint(walker *w)
{
    for (size_t i = 0; i < w->c->n_flow; i++) {
        crs__ref ref = w->c->flow[i], inputs[CRS__INPUTS];
        size_t n_inputs = crs__inputs(w->c, ref, inputs);
        size_t *taint = &w->tainted[ref.kind][ref.layer];
        if (crs__is_given(w->c, ref.kind, ref.layer))
            continue;
        for (size_t k = 0; *taint == 0 && k < n_inputs; k++) {
            if (!crs__is_given(w->c, inputs[k].kind, inputs[k].layer))
                *taint = w->tainted[inputs[k].kind][inputs[k].layer];
        }
    }
}

/* From now on the author's own formula stands at nodes that are not given. */
static crs_status accept(walker *w, const crs__fault *fault, size_t index)
{
    const crs__explanation *why = &fault->why;
    int changed = 0;
    if (why->variant.slip == CRS__Z_IS_A) { /* what it was, for those who still had it */
        crs_status status = crs__keep_true_z(w->c, why->at.layer);
        crs__standing_reset(&w->standing);
        return status == CRS_OK ? crs__compute_all(w->c, CRS__Z) : status;
    }
    for (size_t i = 0; i < w->c->n_flow; i++) {
        crs__ref ref = w->c->flow[i];
        if (!crs__trial_is_place(w->c, ref, why->at, why->everywhere) ||
            crs__is_given(w->c, ref.kind, ref.layer))
            continue;
        crs__node_at(w->c, ref)->accepted = why->variant;
        w->tainted[ref.kind][ref.layer] = index + 1;
        note_layer(&w->out->faults[index], ref.layer);
        changed = 1;
    }
    if (!changed)
        return CRS_OK;
    spread_taint(w);
    crs__standing_reset(&w->standing);
    return crs__compute_all(w->c, CRS__Z);
}

/* Nobody can tell in which of the arrays before it, that are not given, it went wrong. */
static void suspect_all(walker *w, crs__ref ref, size_t index)
{
    size_t n = suspects(w->c, ref, w->suspect);
    for (size_t i = 1; i < n; i++)
        w->tainted[w->suspect[i].kind][w->suspect[i].layer] = index + 1;
    spread_taint(w);
}

/* The earlier fault that this node follows from, + 1; 0 if none. */
static size_t taint_of(const walker *w, crs__ref ref)
{
    crs__ref inputs[CRS__INPUTS];
    size_t n = crs__inputs(w->c, ref, inputs);
    for (size_t i = 0; i < n; i++) {
        size_t taint = w->tainted[inputs[i].kind][inputs[i].layer];
        if (!crs__is_given(w->c, inputs[i].kind, inputs[i].layer) && taint > 0)
            return taint;
    }
    return 0;
}

/* ---- one fault ---- */

static crs__fault *new_fault(crs__walk *walk)
{
    crs__fault *all = crs__realloc(walk->faults, walk->n_faults + 1, sizeof *all);
    if (all == NULL)
        return NULL;
    walk->faults = all;
    memset(&all[walk->n_faults], 0, sizeof *all);
    return &all[walk->n_faults++];
}

/* The same slip at another layer is the same bug. The fault it goes to, + 1; 0 if it is new. */
static size_t merge(crs__walk *walk)
{
    crs__fault *last = &walk->faults[walk->n_faults - 1];
    for (size_t i = 0; i + 1 < walk->n_faults; i++) {
        crs__fault *earlier = &walk->faults[i];
        if (!last->named || !earlier->named || !same_id(&last->why, &earlier->why))
            continue;
        note_layer(earlier, last->why.at.layer);
        walk->n_faults--;
        return i + 1;
    }
    return 0;
}

/* Shapes that only a slip makes: what each is. */
static void explain_shape(const crs__case *c, crs__fault *fault)
{
    const crs__node *node = &c->nodes[fault->first.kind][fault->first.layer];
    crs__variant variant = {CRS__BIAS_AXIS, 0, 0};
    const char *id = "bias-wrong-axis";
    if (fault->first.kind != CRS__DB) {
        variant.slip = CRS__BROADCAST;
        id = "shape-broadcast";
    } else if (node->source->n == c->widths[fault->first.layer] * c->m) {
        variant.slip = CRS__BIAS_ALL_COLUMNS;
        id = "bias-not-summed";
    }
    fault->named = 1;
    fault->why = (crs__explanation){fault->first, variant, id, 0, 1, 0, 0};
    if (fault->first.kind == CRS__DB && c->widths[fault->first.layer] == 1) {
        crs__explanation other = fault->why; /* of one unit both are the same */
        other.id = "bias-wrong-axis";
        add_also(fault, &other);
    }
}

/* A loss without a number, of an output that is 0 or 1: everything after it is no number. */
static int is_saturated(const crs__case *c)
{
    const crs__mat *a = crs__get(c, CRS__A, c->n_layers);
    for (size_t i = 0; a != NULL && i < a->rows * a->cols; i++) {
        if (a->v[i] == 0 || a->v[i] == 1)
            return 1;
    }
    return 0;
}

static int has_non_finite(const crs__mat *x)
{
    for (size_t i = 0; i < x->rows * x->cols; i++) {
        if (!isfinite(x->v[i]))
            return 1;
    }
    return 0;
}

/* A step that nobody saved all of: another optimizer may have made it. */
static int is_open_step(const crs__case *c, crs__ref ref)
{
    return ref.kind >= CRS__VW && !crs__step_is_known(c);
}

/*
 * Find out why, and note what comes of it. *index: of the fault, after merging; SIZE_MAX: it is
 * none, as nobody can tell.
 */
static crs_status add_fault(walker *w, crs__ref ref, const crs__difference *difference,
                            size_t *index)
{
    crs__fault *fault = new_fault(w->out);
    crs__node *node = crs__node_at(w->c, ref);
    size_t n, merged;
    crs_status status = CRS_OK;
    if (fault == NULL)
        return CRS_ENOMEM;
    *index = w->out->n_faults - 1;
    fault->first = ref;
    fault->difference = *difference;
    fault->inputs_given = inputs_given(w->c, ref);
    if (node->odd) {
        explain_shape(w->c, fault);
    } else if (has_non_finite(&node->given) && is_saturated(w->c)) {
        fault->named = fault->not_finite = 1;
        fault->why = (crs__explanation){ref, {CRS__RIGHT, 0, 0}, "cost-not-finite", 0, 1, 0, 0};
    } else {
        n = is_open_step(w->c, ref) ? 1 : suspects(w->c, ref, w->suspect);
        w->suspect[0] = ref;
        for (size_t i = 0; status == CRS_OK && i < n; i++)
            status = explain_at(w, fault, w->suspect[i]);
        if (status != CRS_OK)
            return status;
        if (fault->named && !is_sound(fault))
            fault->named = 0;
        if (fault->named)
            tell_bias_from_mean(w, fault);
    }
    if (is_open_step(w->c, ref) && (!fault->named || fault->why.id == NULL)) {
        w->out->n_faults--;
        *index = SIZE_MAX;
        return CRS_OK;
    }
    fault->layers[fault->n_layers++] = fault->named ? fault->why.at.layer : ref.layer;
    if (fault->named && fault->why.id != NULL) {
        crs__fault copy = *fault;
        merged = merge(w->out);
        if (merged > 0)
            *index = merged - 1;
        return accept(w, &copy, *index);
    }
    if (fault->named) /* a pattern is no name, but stands for what follows */
        status = accept(w, fault, *index);
    suspect_all(w, ref, *index);
    return status;
}

/* ---- one node after the other ---- */

/* Does the array differ from the stated value where z is exactly on a kink? */
static int differs_at_kink(const crs__case *c, crs__ref ref)
{
    size_t l = ref.layer;
    const crs__mat *z = crs__get(c, crs__preactivation(c, l), l), *da = crs__get(c, CRS__DA, l);
    const crs__mat *given = &c->nodes[ref.kind][l].given;
    const crs_act *act = &c->acts[l];
    if (ref.kind != crs__derivative(c, l) || z == NULL || da == NULL || z->rows != da->rows ||
        z->cols != da->cols || (l == c->n_layers && c->has_output))
        return 0;
    for (size_t i = 0; i < z->rows * z->cols; i++) {
        for (size_t k = 0; k < act->n_kinks; k++) {
            double due = act->kink[k].value * da->v[i];
            if (z->v[i] == act->kink[k].z && z->e == NULL &&
                fabs(given->v[i] - due) > 4 * c->u * fabs(da->v[i]))
                return 1;
        }
    }
    return 0;
}

/* The better of both right routes. */
static crs_status compare_right(crs__case *c, crs__ref ref, int *computable, crs__difference *out)
{
    static const crs__slip routes[] = {CRS__RIGHT, CRS__OTHER_ROUTE};
    *computable = 0;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < 2; i++) {
        crs__difference difference;
        crs_status status;
        if (i == 1 && ref.kind != CRS__DZ)
            break;
        status = crs__check(c, ref, routes[i], &difference);
        if (status == CRS_ENOENT)
            continue;
        if (status != CRS_OK)
            return status;
        if (!*computable || difference.n_wrong < out->n_wrong)
            *out = difference;
        *computable = 1;
    }
    return CRS_OK;
}

/* Is some hidden z on a kink as far as its bound tells? Then bounds are wide for a reason. */
static int has_open_kink(const crs__case *c)
{
    for (size_t l = 1; l <= c->n_layers; l++) {
        const crs__mat *z = crs__true_z(c, l);
        for (size_t i = 0; z != NULL && i < z->rows * z->cols; i++) {
            for (size_t k = 0; k < c->acts[l].n_kinks; k++) {
                if (fabs(z->v[i] - c->acts[l].kink[k].z) <= crs__mat_e(z, i))
                    return 1;
            }
        }
    }
    return 0;
}

/*
 * An array that was computed through others that were not saved may match because rounding
 * could explain anything: where half of the digits differ, that is no match. A db above batch
 * normalisation is 0 but for rounding, and has no digits.
 */
static int is_open(const walker *w, crs__ref ref, const crs__judgement *j)
{
    return !j->given_upstream && j->difference.n_wrong == 0 &&
           !(ref.kind == CRS__DB && w->c->has_bn[ref.layer]) &&
           j->difference.error > sqrt(w->c->u) && !has_open_kink(w->c);
}

/*
 * A dA that is dZ, because dZ was made of it in place (dZ = dA; dZ[Z <= 0] = 0), is no bug: it is
 * taken as not saved. Where it is a bug's dA as well, that shows in what follows.
 */
static crs_status forget_overwritten(walker *w, crs__ref ref, int *forgotten)
{
    static const crs__variant in_place = {CRS__DA_IS_DZ, 0, 0};
    crs__node *node = crs__node_at(w->c, ref);
    crs__difference difference;
    crs__mat computed;
    crs_status status = crs__compute(w->c, ref, &in_place, &computed);
    *forgotten = 0;
    if (status != CRS_OK)
        return status == CRS_ENOENT ? CRS_OK : status;
    crs__compare(w->c, node, &computed, &difference);
    crs__mat_release(&computed);
    if (difference.shape || difference.n_wrong > 0 || difference.error > sqrt(w->c->u))
        return CRS_OK;
    *forgotten = 1;
    w->c->overwritten[ref.layer] = node->source;
    node->source = NULL;
    w->out->n_judgements--;
    crs__standing_reset(&w->standing);
    return crs__compute_all(w->c, CRS__Z);
}

static crs_status judge(walker *w, crs__ref ref, crs__judgement *j)
{
    crs__node *node = crs__node_at(w->c, ref);
    size_t taint = taint_of(w, ref);
    int computable;
    crs_status status;
    j->ref = ref;
    j->given_upstream = inputs_given(w->c, ref);
    status = compare_right(w->c, ref, &computable, &j->difference);
    if (status != CRS_OK)
        return status;
    if (!computable && !node->odd) {
        j->verdict = CRS_ARRAY_UNDECIDED;
        return CRS_OK;
    }
    if (!node->odd && j->difference.n_wrong == 0 && !j->difference.shape) {
        j->verdict = differs_at_kink(w->c, ref) ? CRS_ARRAY_KINK
                     : is_open(w, ref, j)       ? CRS_ARRAY_UNDECIDED
                                                : CRS_ARRAY_MATCH;
        if (taint > 0 && w->out->faults[taint - 1].named) {
            j->verdict = CRS_ARRAY_MISMATCH; /* it follows from what is wrong */
            j->follows = 1;
            j->fault = taint - 1;
        }
        return CRS_OK;
    }
    j->verdict = CRS_ARRAY_MISMATCH;
    if (taint > 0 && !w->out->faults[taint - 1].named) { /* nobody knows what it follows from */
        j->follows = 1;
        j->fault = taint - 1;
        return CRS_OK;
    }
    if (ref.kind == CRS__DA && ref.layer > 0 && ref.layer < w->c->n_layers) {
        int forgotten;
        status = forget_overwritten(w, ref, &forgotten);
        if (status != CRS_OK || forgotten)
            return status;
    }
    status = add_fault(w, ref, &j->difference, &j->fault);
    if (status == CRS_OK && j->fault == SIZE_MAX)
        j->verdict = CRS_ARRAY_UNDECIDED;
    return status;
}

/* What only follows from a fault was right for that; how far is it from what is right? */
static crs_status compare_again(crs__case *c, crs__walk *walk)
{
    crs_status status;
    for (size_t i = 0; i < c->n_flow; i++)
        memset(&crs__node_at(c, c->flow[i])->accepted, 0, sizeof(crs__variant));
    status = crs__compute_all(c, CRS__Z);
    for (size_t i = 0; status == CRS_OK && i < walk->n_judgements; i++) {
        crs__judgement *j = &walk->judgements[i];
        int computable;
        if (!j->follows)
            continue;
        status = compare_right(c, j->ref, &computable, &j->difference);
        if (status == CRS_OK && j->difference.n_wrong == 0) { /* the fault does not reach it */
            j->verdict = CRS_ARRAY_MATCH;
            j->follows = 0;
        }
    }
    return status;
}

crs_status crs__walk_run(crs__case *c, crs__walk *out)
{
    walker *w = crs__alloc(1, sizeof *w);
    crs_status status = CRS_OK;
    memset(out, 0, sizeof *out);
    out->judgements = crs__alloc(c->n_flow, sizeof *out->judgements);
    if (w == NULL || out->judgements == NULL) {
        status = CRS_ENOMEM;
        goto out;
    }
    w->c = c;
    w->out = out;
    for (size_t i = 0; status == CRS_OK && i < c->n_flow; i++) {
        if (crs__node_at(c, c->flow[i])->source != NULL)
            status = judge(w, c->flow[i], &out->judgements[out->n_judgements++]);
    }
    if (status == CRS_OK && out->n_faults > 0)
        status = compare_again(c, out);
out:
    if (w != NULL)
        crs__standing_reset(&w->standing);
    crs__free(w);
    if (status != CRS_OK)
        crs__walk_release(out);
    return status;
}

void crs__walk_release(crs__walk *walk)
{
    crs__free(walk->judgements);
    crs__free(walk->faults);
    memset(walk, 0, sizeof *walk);
}
