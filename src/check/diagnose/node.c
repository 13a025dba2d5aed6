/* Nodes: their order, what each follows from, and computing those that are not given. */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[CRS__KINDS] = {
    [CRS__Y] = "Y",        [CRS__W] = "W",           [CRS__B] = "b",         [CRS__GAMMA] = "gamma",
    [CRS__BETA] = "beta",  [CRS__D] = "D",           [CRS__DW_PREV] = "dW",  [CRS__DB_PREV] = "db",
    [CRS__VW_OLD] = "vdW", [CRS__VB_OLD] = "vdb",    [CRS__SW_OLD] = "sdW",  [CRS__SB_OLD] = "sdb",
    [CRS__Z] = "Z",        [CRS__MU] = "mu",         [CRS__VAR] = "var",     [CRS__ZHAT] = "Zhat",
    [CRS__ZN] = "ZN",      [CRS__A] = "A",           [CRS__COST] = "cost",   [CRS__DA] = "dA",
    [CRS__DZN] = "dZN",    [CRS__DGAMMA] = "dgamma", [CRS__DBETA] = "dbeta", [CRS__DZ] = "dZ",
    [CRS__DW] = "dW",      [CRS__DB] = "db",         [CRS__VW] = "vdW",      [CRS__VB] = "vdb",
    [CRS__SW] = "sdW",     [CRS__SB] = "sdb",        [CRS__W_NEW] = "W",     [CRS__B_NEW] = "b",
};

const char *crs__kind_name(crs__kind kind)
{
    return kind_names[kind];
}

static const char *suffix_of(crs__kind kind)
{
    if (kind == CRS__DW_PREV || kind == CRS__DB_PREV)
        return "_prev";
    return kind >= CRS__VW ? "_new" : "";
}

void crs__node_name(const crs__case *c, crs__ref ref, char *text, size_t size)
{
    const crs_array *source = c->nodes[ref.kind][ref.layer].source;
    if (source != NULL)
        (void)snprintf(text, size, "%s", source->name);
    else if (ref.kind == CRS__A && ref.layer == 0)
        (void)snprintf(text, size, "X");
    else if (ref.kind == CRS__COST || ref.kind == CRS__Y)
        (void)snprintf(text, size, "%s", kind_names[ref.kind]);
    else
        (void)snprintf(text, size, "%s%zu%s", kind_names[ref.kind], ref.layer, suffix_of(ref.kind));
}

crs__node *crs__node_at(crs__case *c, crs__ref ref)
{
    return &c->nodes[ref.kind][ref.layer];
}

int crs__is_given(const crs__case *c, crs__kind kind, size_t layer)
{
    return c->nodes[kind][layer].source != NULL;
}

const crs__mat *crs__get(const crs__case *c, crs__kind kind, size_t layer)
{
    const crs__node *node = &c->nodes[kind][layer];
    if (node->source != NULL)
        return node->odd ? NULL : &node->given;
    if (node->has_trial)
        return &node->trial;
    return node->has_computed ? &node->computed : NULL;
}

crs__kind crs__preactivation(const crs__case *c, size_t layer)
{
    return c->has_bn[layer] ? CRS__ZN : CRS__Z;
}

crs__kind crs__derivative(const crs__case *c, size_t layer)
{
    return c->has_bn[layer] ? CRS__DZN : CRS__DZ;
}

static void put(crs__ref *refs, size_t *n, crs__kind kind, size_t layer)
{
    refs[*n].kind = kind;
    refs[*n].layer = layer;
    (*n)++;
}

void crs__make_flow(crs__case *c)
{
    static const crs__kind forward[] = {CRS__Z, CRS__MU, CRS__VAR, CRS__ZHAT, CRS__ZN, CRS__A};
    static const crs__kind backward[] = {CRS__DA, CRS__DZN, CRS__DGAMMA, CRS__DBETA,
                                         CRS__DZ, CRS__DW,  CRS__DB};
    static const crs__kind step[] = {CRS__VW, CRS__VB, CRS__SW, CRS__SB, CRS__W_NEW, CRS__B_NEW};
    crs__ref *refs = c->flow;
    size_t n = 0;
    for (size_t l = 1; l <= c->n_layers; l++)
        for (size_t i = 0; i < sizeof forward / sizeof *forward; i++) {
            if (c->has_bn[l] || i == 0 || i == 5)
                put(refs, &n, forward[i], l);
        }
    put(refs, &n, CRS__COST, 0);
    for (size_t l = c->n_layers; l >= 1; l--)
        for (size_t i = 0; i < sizeof backward / sizeof *backward; i++) {
            if (c->has_bn[l] || i == 0 || i >= 4)
                put(refs, &n, backward[i], l);
        }
    put(refs, &n, CRS__DA, 0);
    for (size_t l = 1; l <= c->n_layers; l++)
        for (size_t i = 0; i < sizeof step / sizeof *step; i++)
            put(refs, &n, step[i], l);
    c->n_flow = n;
}

size_t crs__inputs(const crs__case *c, crs__ref ref, crs__ref *inputs)
{
    size_t n = 0, l = ref.layer;
    int dropout = crs__is_given(c, CRS__D, l);
    switch (ref.kind) {
    case CRS__Z:
        put(inputs, &n, CRS__W, l);
        if (crs__is_given(c, CRS__B, l))
            put(inputs, &n, CRS__B, l);
        put(inputs, &n, CRS__A, l - 1);
        break;
    case CRS__MU:
        put(inputs, &n, CRS__Z, l);
        break;
    case CRS__VAR:
        put(inputs, &n, CRS__Z, l);
        put(inputs, &n, CRS__MU, l);
        break;
    case CRS__ZHAT:
        put(inputs, &n, CRS__Z, l);
        put(inputs, &n, CRS__MU, l);
        put(inputs, &n, CRS__VAR, l);
        break;
    case CRS__ZN:
        put(inputs, &n, CRS__ZHAT, l);
        put(inputs, &n, CRS__GAMMA, l);
        put(inputs, &n, CRS__BETA, l);
        break;
    case CRS__A:
        put(inputs, &n, crs__preactivation(c, l), l);
        if (dropout)
            put(inputs, &n, CRS__D, l);
        break;
    case CRS__COST:
        put(inputs, &n, CRS__A, c->n_layers);
        put(inputs, &n, CRS__Y, 0);
        break;
    case CRS__DA:
        if (l == c->n_layers) {
            put(inputs, &n, CRS__A, l);
            put(inputs, &n, CRS__Y, 0);
        } else {
            put(inputs, &n, CRS__W, l + 1);
            put(inputs, &n, CRS__DZ, l + 1);
            if (dropout)
                put(inputs, &n, CRS__D, l);
        }
        break;
    case CRS__DZN:
    case CRS__DZ:
        if (c->has_bn[l] && ref.kind == CRS__DZ) {
            put(inputs, &n, CRS__DZN, l);
            put(inputs, &n, CRS__ZHAT, l);
            put(inputs, &n, CRS__VAR, l);
            put(inputs, &n, CRS__GAMMA, l);
        } else if (l == c->n_layers && c->has_output && !crs__is_given(c, CRS__DA, l)) {
            put(inputs, &n, CRS__A, l);
            put(inputs, &n, CRS__Y, 0);
        } else {
            put(inputs, &n, CRS__DA, l);
            put(inputs, &n, crs__preactivation(c, l), l);
            if (dropout && c->ways.dropout_in_dz)
                put(inputs, &n, CRS__D, l);
        }
        break;
    case CRS__DGAMMA:
        put(inputs, &n, CRS__DZN, l);
        put(inputs, &n, CRS__ZHAT, l);
        break;
    case CRS__DBETA:
        put(inputs, &n, CRS__DZN, l);
        break;
    case CRS__DW:
        put(inputs, &n, CRS__DZ, l);
        put(inputs, &n, CRS__A, l - 1);
        break;
    case CRS__DB:
        put(inputs, &n, CRS__DZ, l);
        break;
    case CRS__VW:
    case CRS__SW:
        put(inputs, &n, CRS__DW, l);
        break;
    case CRS__VB:
    case CRS__SB:
        put(inputs, &n, CRS__DB, l);
        break;
    case CRS__W_NEW:
    case CRS__B_NEW:
        put(inputs, &n, ref.kind == CRS__W_NEW ? CRS__W : CRS__B, l);
        put(inputs, &n, ref.kind == CRS__W_NEW ? CRS__DW : CRS__DB, l);
        if (c->optimizer != CRS__PLAIN)
            put(inputs, &n, ref.kind == CRS__W_NEW ? CRS__VW : CRS__VB, l);
        if (c->optimizer == CRS__ADAM)
            put(inputs, &n, ref.kind == CRS__W_NEW ? CRS__SW : CRS__SB, l);
        break;
    default: /* never computed */
        break;
    }
    return n;
}

crs_status crs__keep_true_z(crs__case *c, size_t layer)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    crs__ref ref = {CRS__Z, layer};
    crs__node *node = crs__node_at(c, ref);
    crs__mat_release(&node->computed);
    if (c->has_bn[layer])
        return CRS_OK;
    c->z_overwritten[layer] = 1;
    return crs__compute(c, ref, &right, &node->computed);
}

const crs__mat *crs__true_z(const crs__case *c, size_t layer)
{
    if (c->z_overwritten[layer])
        return &c->nodes[CRS__Z][layer].computed;
    return crs__get(c, crs__preactivation(c, layer), layer);
}

crs_status crs__compute(const crs__case *c, crs__ref ref, const crs__variant *variant,
                        crs__mat *out)
{
    memset(out, 0, sizeof *out);
    switch (ref.kind) {
    case CRS__Z:
    case CRS__A:
    case CRS__COST:
        return crs__compute_forward(c, ref, variant, out);
    case CRS__DA:
        return ref.layer == c->n_layers ? crs__compute_output(c, ref, variant, out)
                                        : crs__compute_backward(c, ref, variant, out);
    case CRS__DZ:
    case CRS__DZN:
        if (c->has_bn[ref.layer] && ref.kind == CRS__DZ)
            return crs__compute_batchnorm(c, ref, variant, out);
        if (ref.layer == c->n_layers && c->has_output)
            return crs__compute_output(c, ref, variant, out);
        return crs__compute_derivative(c, ref, variant, out);
    case CRS__MU:
    case CRS__VAR:
    case CRS__ZHAT:
    case CRS__ZN:
    case CRS__DGAMMA:
    case CRS__DBETA:
        return crs__compute_batchnorm(c, ref, variant, out);
    case CRS__DW:
    case CRS__DB:
        return crs__compute_backward(c, ref, variant, out);
    default:
        return ref.kind >= CRS__VW ? crs__compute_step(c, ref, variant, out) : CRS_ENOENT;
    }
}

double crs__slip_factor(const crs__case *c, const crs__variant *variant, int *is_factor)
{
    *is_factor = 1;
    switch (variant->slip) {
    case CRS__SIGN:
        return -1;
    case CRS__TWO:
        return 2;
    case CRS__HALF:
        return 0.5;
    case CRS__TIMES_M:
        return (double)c->m;
    case CRS__OVER_M:
        return 1 / (double)c->m;
    case CRS__ZERO:
        return 0;
    case CRS__MULTIPLE:
        return (double)variant->arg;
    default:
        *is_factor = 0;
        return 0;
    }
}

void crs__node_release(crs__node *node)
{
    crs__mat_release(&node->given);
    crs__mat_release(&node->computed);
    crs__mat_release(&node->trial);
    node->has_computed = node->has_trial = 0;
}

void crs__case_release(crs__case *c)
{
    for (int kind = 0; kind < CRS__KINDS; kind++)
        for (size_t l = 0; l <= c->n_layers; l++)
            crs__node_release(&c->nodes[kind][l]);
}
