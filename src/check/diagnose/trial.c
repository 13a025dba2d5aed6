#include "check/diagnose/trial.h"

#include "check/diagnose/hypotheses.h"

#include <math.h>
#include <string.h>

/*
 * A formula explains an element that is off only if it says something of it: where its own
 * bound is as large as what is to be explained, it fits everything.
 */
#define TELLING 0.1

/* Is the given array what `computed` says, and says `computed` enough? */
static int fits(const crs__case *c, const crs__standing *standing, crs__ref ref,
                const crs__mat *computed, int must_tell)
{
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    const crs__mat *due = &standing->due[ref.kind][ref.layer];
    crs__difference difference;
    size_t telling = 0, off = 0;
    crs__compare(c, node, computed, &difference);
    if (difference.shape || difference.n_wrong > 0)
        return 0;
    if (!must_tell || due->v == NULL || due->cols != computed->cols ||
        node->given.cols != due->cols)
        return 1;
    for (size_t i = 0; i < due->rows * due->cols; i++) {
        if (!crs__is_off(c, node, due, i))
            continue;
        off++;
        telling += !(computed->e[i] > TELLING * fabs(node->given.v[i] - due->v[i]));
    }
    return off == 0 || 2 * telling > off;
}

void crs__standing_reset(crs__standing *standing)
{
    for (int kind = 0; kind < CRS__KINDS; kind++)
        for (size_t l = 0; l <= CRS__LAYERS; l++)
            crs__mat_release(&standing->due[kind][l]);
    memset(standing, 0, sizeof *standing);
}

/* Is the given node right as things stand? Asked once. */
static crs_status ask(crs__case *c, crs__standing *standing, crs__ref ref)
{
    static const crs__slip routes[] = {CRS__RIGHT, CRS__OTHER_ROUTE};
    char *known = &standing->known[ref.kind][ref.layer];
    char *answer = &standing->right[ref.kind][ref.layer];
    crs__variant first = {CRS__RIGHT, 0, 0};
    crs__mat *due = &standing->due[ref.kind][ref.layer];
    int computable = 0;
    crs_status status = CRS_OK;
    for (size_t i = 0; !*known && i < 2; i++) {
        crs__difference difference;
        status = crs__check(c, ref, routes[i], &difference);
        if (status == CRS_ENOENT)
            continue;
        if (status != CRS_OK)
            return status;
        *answer = (char)(*answer || (!difference.shape && difference.n_wrong == 0));
        first.slip = computable ? first.slip : routes[i];
        computable = 1;
    }
    if (computable && !*answer)
        status = crs__compute(c, ref, &first, due);
    *known = 1;
    return status == CRS_ENOENT ? CRS_OK : status;
}

static int same_ref(crs__ref a, crs__ref b)
{
    return a.kind == b.kind && a.layer == b.layer;
}

/* Nodes whose values differ while the trial lasts. */
typedef struct dirt {
    char node[CRS__KINDS][CRS__LAYERS + 1];
} dirt;

static int has_dirty_input(const crs__case *c, const dirt *d, crs__ref ref)
{
    crs__ref inputs[CRS__INPUTS];
    size_t n = crs__inputs(c, ref, inputs);
    for (size_t i = 0; i < n; i++) {
        if (d->node[inputs[i].kind][inputs[i].layer])
            return 1;
    }
    return 0;
}

int crs__trial_is_place(const crs__case *c, crs__ref ref, crs__ref at, int everywhere)
{
    if (same_ref(ref, at))
        return 1;
    return everywhere && ref.kind == at.kind && !crs__is_given(c, ref.kind, ref.layer) &&
           (ref.layer == c->n_layers) == (at.layer == c->n_layers);
}

/* A node that is not given gets its value for the trial. */
static crs_status refresh(crs__case *c, dirt *d, crs__ref ref, const crs__variant *variant)
{
    crs__node *node = crs__node_at(c, ref);
    crs__mat value;
    crs_status status = crs__compute(c, ref, variant, &value);
    if (status != CRS_OK)
        return status;
    crs__mat_release(&node->trial);
    node->trial = value;
    node->has_trial = 1;
    d->node[ref.kind][ref.layer] = 1;
    return CRS_OK;
}

/* A given node that follows from what differs, or is tried itself. 0: the trial has failed. */
static crs_status judge(crs__case *c, crs__standing *standing, crs__ref goal, crs__ref ref,
                        const crs__variant *variant, int must_tell, crs__trial *out, int *go_on)
{
    int was_right, now;
    crs__mat computed;
    crs_status status = crs__compute(c, ref, variant, &computed);
    if (status != CRS_OK) {
        *go_on = !same_ref(ref, goal) && status == CRS_ENOENT;
        return status == CRS_ENOENT ? CRS_OK : status;
    }
    now = fits(c, standing, ref, &computed, must_tell);
    crs__mat_release(&computed);
    if (same_ref(ref, goal)) {
        out->explains = now;
        out->fixed += (size_t)now;
        *go_on = now;
        return CRS_OK;
    }
    was_right = standing->right[ref.kind][ref.layer];
    if (was_right && !now)
        *go_on = out->explains = 0;
    out->fixed += !was_right && now;
    out->left += !was_right && !now;
    out->left_beside |= !was_right && !now && ref.layer == goal.layer;
    return CRS_OK;
}

static void end(crs__case *c)
{
    for (int kind = 0; kind < CRS__KINDS; kind++) {
        for (size_t l = 0; l <= c->n_layers; l++) {
            crs__node *node = &c->nodes[kind][l];
            if (!node->has_trial)
                continue;
            crs__mat_release(&node->trial);
            node->has_trial = 0;
        }
    }
}

/* What stood before must be known before anything differs. */
static crs_status ask_all(crs__case *c, crs__standing *standing)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; status == CRS_OK && i < c->n_flow; i++) {
        const crs__node *node = crs__node_at(c, c->flow[i]);
        if (node->source != NULL && !node->odd)
            status = ask(c, standing, c->flow[i]);
    }
    return status;
}

crs_status crs__trial_run(crs__case *c, crs__standing *standing, crs__ref goal, crs__ref at,
                          const crs__variant *variant, int everywhere, crs__trial *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    dirt d = {{{0}}};
    crs_status status = ask_all(c, standing);
    int go_on = 1;
    /* where Z holds A, every saturated unit is on a kink, and any slope may stand there */
    int must_tell = variant->slip != CRS__OTHER_ROUTE;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; status == CRS_OK && go_on && i < c->n_flow; i++) {
        crs__ref ref = c->flow[i];
        crs__node *node = crs__node_at(c, ref);
        int place = crs__trial_is_place(c, ref, at, everywhere);
        const crs__variant *formula = place ? variant : node->source ? &right : &node->accepted;
        if (!place && !has_dirty_input(c, &d, ref))
            continue;
        if (node->odd)
            continue;
        if (node->source != NULL) {
            status = judge(c, standing, goal, ref, formula, must_tell, out, &go_on);
        } else {
            status = refresh(c, &d, ref, formula);
            if (status == CRS_ENOENT) { /* a formula that does not apply: everywhere, elsewhere */
                go_on = !same_ref(ref, at);
                status = CRS_OK;
            }
        }
    }
    if (!go_on && !out->explains)
        out->fixed = 0;
    end(c);
    return status;
}
