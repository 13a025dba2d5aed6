/*
 * Random nets for the tests of the gradient check: all activations and losses, one to
 * four layers, z exactly on kinks and next to them.
 */
#ifndef TESTS_UNIT_CHECK_GRADCHECK_NETS_H
#define TESTS_UNIT_CHECK_GRADCHECK_NETS_H

#include "cmocka_all.h"
#include "random_inputs.h"

#include <crease/gradcheck.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NETS_MAX_LAYERS = 4, NETS_MAX_WIDTH = 12, NETS_MAX_BATCH = 1000 };

/* How z lies to the kinks. */
typedef enum nets_kind {
    NETS_ANYWHERE,
    NETS_ON_A_GRID, /* all numbers are multiples of 1/4: sums are exact, and often 0 */
    NETS_NEAR,      /* for one sample, units of a layer are on a kink or within 1e-12 of it */
    NETS_KINDS
} nets_kind;

typedef struct random_net {
    size_t widths[NETS_MAX_LAYERS + 1], n_layers, batch;
    crs_act acts[NETS_MAX_LAYERS];
    crs_loss loss;
    crs_dtype dtype;
    crs_net *net;
    crs_workspace *work;
    void *x;
    double *y;
    char text[256];
} random_net;

static inline void nets_set(crs_dtype dtype, void *to, size_t i, double value)
{
    if (dtype == CRS_F64)
        ((double *)to)[i] = value;
    else
        ((float *)to)[i] = (float)value;
}

static inline double nets_get(crs_dtype dtype, const void *from, size_t i)
{
    return dtype == CRS_F64 ? ((const double *)from)[i] : (double)((const float *)from)[i];
}

static inline double nets_number(nets_kind kind, double size, uint64_t *state)
{
    double value = size * random_unit(state);
    return kind == NETS_ON_A_GRID ? nearbyint(4 * value) / 4 : value;
}

/* Move biases of one hidden layer so that z of a sample lands on a kink, or beside it. */
static inline void nets_place(random_net *n, uint64_t *state)
{
    size_t l, s = random_below(state, n->batch), ld;
    const crs_act *act;
    void *params = crs_net_params(n->net);
    if (n->n_layers < 2)
        return;
    l = 1 + random_below(state, n->n_layers - 1);
    act = crs_net_act(n->net, l);
    if (act->n_kinks == 0)
        return;
    crs_net_forward(n->net, n->work);
    for (size_t j = 0; j < n->widths[l]; j++) {
        static const double beside[] = {0, 0, 1e-12, -1e-12, 1e-15, -1e-15, 1e-9, -1e-7};
        double z = nets_get(n->dtype, (const char *)crs_workspace_z(n->work, l, &ld), j * ld + s);
        size_t at = crs_net_bias_at(n->net, l) + j;
        double kink = act->kink[random_below(state, act->n_kinks)].z;
        if (random_below(state, 3) == 0)
            continue;
        nets_set(n->dtype, params, at,
                 crs_net_param(n->net, at) + (kink - z) + beside[random_below(state, 8)]);
    }
}

static inline void nets_draw_shape(random_net *n, crs_act_id act, uint64_t *state)
{
    static const size_t batches[] = {1, 2, 7, 33, 300, NETS_MAX_BATCH};
    n->n_layers = 1 + random_below(state, NETS_MAX_LAYERS);
    for (size_t l = 0; l <= n->n_layers; l++)
        n->widths[l] = 1 + random_below(state, NETS_MAX_WIDTH);
    if (n->loss == CRS_LOSS_SOFTMAX && n->widths[n->n_layers] < 2)
        n->widths[n->n_layers] = 2;
    /* large batches are few: they take long, and show little that 300 samples do not */
    n->batch =
        1 + random_below(state, batches[random_below(state, 20) == 0 ? 5 : random_below(state, 5)]);
    for (size_t l = 0; l < NETS_MAX_LAYERS; l++) {
        int own = random_below(state, 4) != 0;
        crs_act_get(own ? act : (crs_act_id)random_below(state, CRS_ACT_COUNT), &n->acts[l]);
        if (n->acts[l].id == CRS_ACT_LEAKY_RELU && random_below(state, 2))
            n->acts[l].param = n->acts[l].kink[0].left = n->acts[l].kink[0].value = 0.25;
        for (size_t k = 0; k < n->acts[l].n_kinks; k++) { /* any value between the slopes */
            crs_kink *kink = &n->acts[l].kink[k];
            double share = (double)random_below(state, 5) / 4;
            if (random_below(state, 2))
                kink->value = kink->left + share * (kink->right - kink->left);
        }
    }
}

static inline void nets_make(random_net *n, crs_act_id act, crs_loss loss, crs_dtype dtype,
                             nets_kind kind, uint64_t *state)
{
    crs_net_config config = {0};
    size_t n_out, size = crs_dtype_size(dtype);
    uint64_t drawn_from = *state;
    memset(n, 0, sizeof *n);
    n->loss = loss;
    n->dtype = dtype;
    nets_draw_shape(n, act, state);
    n_out = n->widths[n->n_layers];
    config.n_layers = n->n_layers;
    config.widths = n->widths;
    config.acts = n->acts;
    config.loss = loss;
    config.dtype = dtype;
    assert_int_equal(crs_net_create(&config, NULL, &n->net), CRS_OK);
    for (size_t i = 0; i < crs_net_n_params(n->net); i++)
        nets_set(dtype, crs_net_params(n->net), i, nets_number(kind, 1, state));
    n->x = calloc(n->batch * n->widths[0], size);
    n->y = calloc(n->batch * n_out, sizeof *n->y);
    assert_non_null(n->x);
    assert_non_null(n->y);
    for (size_t i = 0; i < n->batch * n->widths[0]; i++)
        nets_set(dtype, n->x, i, nets_number(kind, 2, state));
    for (size_t i = 0; i < n->batch * n_out; i++)
        n->y[i] = loss == CRS_LOSS_SQUARED   ? random_unit(state)
                  : loss == CRS_LOSS_SOFTMAX ? (double)random_below(state, n_out)
                                             : (double)random_below(state, 2);
    assert_int_equal(crs_workspace_create(n->net, n->batch, NULL, NULL, &n->work), CRS_OK);
    assert_int_equal(crs_workspace_load(n->work, n->batch, n->x, n->y, NULL, NULL), CRS_OK);
    if (kind == NETS_NEAR)
        nets_place(n, state);
    (void)snprintf(n->text, sizeof n->text, "%s first, %zu layers, %s, %s, %zu samples, state %llu",
                   crs_act_name(n->acts[0].id), n->n_layers, crs_loss_name(loss),
                   crs_dtype_name(dtype), n->batch, (unsigned long long)drawn_from);
}

static inline void nets_release(random_net *n)
{
    crs_workspace_destroy(n->work);
    crs_net_destroy(n->net);
    free(n->x);
    free(n->y);
}

/* `few` of them, CREASE_TEST_EFFORT times as many where that is set. */
static inline size_t nets_effort(size_t few)
{
    const char *effort = getenv("CREASE_TEST_EFFORT");
    size_t factor = effort == NULL ? 1 : (size_t)strtoul(effort, NULL, 10);
    return few * (factor > 0 ? factor : 1);
}

#endif
