/*
 * What was computed once is not computed again while all that it follows from is the same.
 * Settling tries hundreds of ways to reckon, and each changes a few small arrays at the top of
 * the net; the large ones at its bottom often follow from what is given alone.
 *
 * A node's key is everything that its right formulas read and that may change while one
 * reading of the shapes lasts: settings, and for each array before it which one it is.
 */
#include "check/diagnose/case.h"

#include <string.h>

static void put(crs__key *key, double value)
{
    key->item[key->n++] = value;
}

/* Which of the matrices that were at the node it is now; 0 for one that is given, or none. */
static void put_array(const crs__case *c, crs__kind kind, size_t layer, crs__key *key)
{
    const crs__node *node = &c->nodes[kind][layer];
    put(key, node->source == NULL && node->has_computed ? (double)node->memo[0].serial : 0);
}

/* The arrays before it: of its layer, the layer's input, and the delta above. */
static void put_arrays(const crs__case *c, crs__ref ref, crs__key *key)
{
    size_t l = ref.layer;
    for (int kind = CRS__Z; kind < CRS__DW && kind < (int)ref.kind; kind++) {
        if (kind != CRS__COST)
            put_array(c, (crs__kind)kind, l, key);
    }
    if (l > 0)
        put_array(c, CRS__A, l - 1, key);
    if (ref.kind >= CRS__DA && l < c->n_layers)
        put_array(c, CRS__DZ, l + 1, key);
    put(key, c->z_overwritten[l]);
}

/* The ways that say something of the node; of a delta that is the output's own, all. */
static void put_settings(const crs__case *c, crs__ref ref, crs__key *key)
{
    const crs__ways *w = &c->ways;
    size_t l = ref.layer;
    put(key, c->u);
    if (ref.kind == CRS__Z)
        return;
    if (ref.kind == CRS__DW || ref.kind == CRS__DB || ref.kind == CRS__DGAMMA ||
        ref.kind == CRS__DBETA) {
        put(key, crs__weight_factor(c));
        put(key, w->l2);
        put(key, (double)c->columns);
        return;
    }
    put(key, c->acts[l].id);
    put(key, c->acts[l].param);
    put(key, w->keep_factor[l]);
    put(key, w->unbiased);
    if (ref.kind >= CRS__DA)
        put(key, w->dropout_in_dz);
    if (l < c->n_layers || !c->has_output)
        return;
    put(key, c->output);
    if (ref.kind < CRS__DA)
        return;
    put(key, w->cost);
    put(key, w->log_epsilon);
    put(key, w->da_factor);
    put(key, w->dz_factor);
}

/* Does the memo hold what the right formula gives now? If not, it is made ready to. */
static int is_known(const crs__case *c, crs__ref ref, crs__memo *memo)
{
    crs__key key;
    if (ref.kind == CRS__COST || ref.kind >= CRS__VW) /* these read more, and are not large */
        return 0;
    memset(&key, 0, sizeof key);
    put_arrays(c, ref, &key);
    put_settings(c, ref, &key);
    if (memo->is_set && memcmp(&key, &memo->key, sizeof key) == 0)
        return 1;
    memo->key = key;
    return 0;
}

crs_status crs__compute_node(crs__case *c, crs__ref ref)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    crs__node *node = crs__node_at(c, ref);
    crs__memo *memo = &node->memo[0];
    int plain = node->accepted.slip == right.slip;
    crs_status status;
    if (node->source != NULL || (ref.kind == CRS__DA && ref.layer == 0)) /* which nobody reads */
        return CRS_OK;
    if (plain && is_known(c, ref, memo))
        return CRS_OK;
    crs__mat_release(&node->computed);
    memo->is_set = node->has_computed = 0;
    status = crs__compute(c, ref, &node->accepted, &node->computed);
    if (status != CRS_OK && status != CRS_ENOENT)
        return status;
    memo->is_set = plain;
    memo->serial = ++c->serial;
    node->has_computed = status == CRS_OK;
    return CRS_OK;
}

crs_status crs__compute_all(crs__case *c, crs__kind from)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; status == CRS_OK && i < c->n_flow; i++) {
        if (c->flow[i].kind >= from)
            status = crs__compute_node(c, c->flow[i]);
    }
    return status;
}

crs_status crs__check(crs__case *c, crs__ref ref, crs__slip route, crs__difference *out)
{
    const crs__variant variant = {route, 0, 0};
    crs__node *node = crs__node_at(c, ref);
    crs__memo *memo = &node->memo[route != CRS__RIGHT];
    crs__mat computed;
    if (!is_known(c, ref, memo)) {
        memo->is_set = 0;
        memo->status = crs__compute(c, ref, &variant, &computed);
        if (memo->status != CRS_OK && memo->status != CRS_ENOENT)
            return memo->status;
        memo->is_set = 1;
        if (memo->status == CRS_OK) {
            crs__compare(c, node, &computed, &memo->difference);
            crs__mat_release(&computed);
        }
    }
    *out = memo->difference;
    return memo->status;
}

void crs__forget(crs__case *c)
{
    for (int kind = 0; kind < CRS__KINDS; kind++)
        for (size_t l = 0; l <= c->n_layers; l++)
            c->nodes[kind][l].memo[0].is_set = c->nodes[kind][l].memo[1].is_set = 0;
}
