/* What a check of a net could not have seen, for want of data or variety. */
#include "check/gradcheck.h"
#include "check/gradcheck_branch.h"
#include "core/memory.h"

#include <crease/format.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void biases(const crs__point *point, crs_gradcheck *check)
{
    size_t count = 0;
    for (size_t l = 1; l <= point->n_layers; l++) {
        for (size_t j = 0; j < point->layers[l - 1].n_out; j++, count++) {
            if (crs_net_param(point->net, crs_net_bias_at(point->net, l) + j) != 0)
                return;
        }
    }
    crs__gradcheck_add_weak(check, CRS_GRADCHECK_ZERO_BIASES, 0, count,
                            "all biases are 0: a bias that forward adds wrongly or forgets does "
                            "not show; check again after a few steps of training");
}

static void zeros(crs_gradcheck *check)
{
    char count[CRS_FORMAT_COUNT_BYTES], all[CRS_FORMAT_COUNT_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < check->n; i++)
        n += check->params[i].right == 0;
    if (n == 0)
        return;
    crs_format_count(n, count, sizeof count);
    crs_format_count(check->n, all, sizeof all);
    if (n == check->n)
        crs__gradcheck_add_weak(
            check, CRS_GRADCHECK_ZERO, 0, n,
            "every derivative is 0: any factor, right or wrong, leaves it 0, so "
            "this tests next to nothing");
    else
        crs__gradcheck_add_weak(check, CRS_GRADCHECK_ZERO, 0, n,
                                "%s of %s derivatives are 0: a wrong factor does not show in them",
                                count, all);
}

/* ---- equal units ---- */

typedef struct unit_hash {
    uint64_t hash;
    size_t unit;
} unit_hash;

static int by_hash(const void *x, const void *y)
{
    const unit_hash *a = x, *b = y;
    return a->hash != b->hash ? (a->hash < b->hash ? -1 : 1)
                              : (a->unit > b->unit) - (a->unit < b->unit);
}

/* FNV-1a */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

static const void *bytes_of(const crs__point *point, size_t i)
{
    return crs__net_const_at(point->net, point->net->params, i);
}

static int same_unit(const crs__point *point, size_t l, size_t i, size_t j)
{
    size_t size = crs_dtype_size(crs_net_dtype(point->net)), n_in = point->layers[l - 1].n_in;
    size_t w = crs_net_weight_at(point->net, l), b = crs_net_bias_at(point->net, l);
    return memcmp(bytes_of(point, w + i * n_in), bytes_of(point, w + j * n_in), n_in * size) == 0 &&
           memcmp(bytes_of(point, b + i), bytes_of(point, b + j), size) == 0;
}

static crs_status equal_units(const crs__point *point, crs_gradcheck *check)
{
    size_t size = crs_dtype_size(crs_net_dtype(point->net)), count = 0, first = 0;
    unit_hash *units = crs__alloc(point->max_width, sizeof *units);
    if (units == NULL)
        return CRS_ENOMEM;
    for (size_t l = 1; l < point->n_layers; l++) {
        const crs__point_layer *layer = &point->layers[l - 1];
        size_t w = crs_net_weight_at(point->net, l), b = crs_net_bias_at(point->net, l);
        for (size_t j = 0; j < layer->n_out; j++) {
            uint64_t hash = hash_bytes(0xcbf29ce484222325u, bytes_of(point, w + j * layer->n_in),
                                       layer->n_in * size);
            units[j].unit = j;
            units[j].hash = hash_bytes(hash, bytes_of(point, b + j), size);
        }
        qsort(units, layer->n_out, sizeof *units, by_hash);
        for (size_t j = 1; j < layer->n_out; j++) {
            if (units[j].hash != units[j - 1].hash ||
                !same_unit(point, l, units[j].unit, units[j - 1].unit))
                continue;
            first = count == 0 ? l : first;
            count++;
        }
    }
    crs__free(units);
    if (count > 0)
        crs__gradcheck_add_weak(
            check, CRS_GRADCHECK_EQUAL_UNITS, first, count,
            "%zu unit%s the weights and bias of another unit of the same layer "
            "(first in layer %zu): mixing them up does not show, and they learn "
            "the same",
            count, count == 1 ? " has" : "s have", first);
    return CRS_OK;
}

/* ---- layers that are not tried ---- */

static int is_dead(const crs__point *point, const crs__point_layer *layer)
{
    for (size_t j = 0; j < layer->n_out; j++) {
        for (size_t s = 0; s < point->batch; s++) {
            if (layer->slope[j * point->ld + s] != 0)
                return 0;
        }
    }
    return 1;
}

/* Is every piece of g met by some unit and sample? */
static int has_all_sides(const crs__point *point, const crs__point_layer *layer)
{
    unsigned seen = 0;
    for (size_t j = 0; j < layer->n_out; j++) {
        for (size_t s = 0; s < point->batch; s++) {
            double z = layer->z[j * point->ld + s];
            if (crs__branch_kink(layer->act, z) == NULL)
                seen |= 1u << crs__branch_piece(layer->act, z, 1);
        }
    }
    return seen == (1u << (layer->act->n_kinks + 1)) - 1;
}

static void layers(const crs__point *point, crs_gradcheck *check)
{
    size_t dead = 0, first_dead = 0, one_sided = 0, first_one_sided = 0;
    for (size_t l = 1; l < point->n_layers; l++) {
        const crs__point_layer *layer = &point->layers[l - 1];
        if (is_dead(point, layer)) {
            first_dead = dead++ == 0 ? l : first_dead;
        } else if (layer->act->n_kinks > 0 && !has_all_sides(point, layer)) {
            first_one_sided = one_sided++ == 0 ? l : first_one_sided;
        }
    }
    if (dead > 0)
        crs__gradcheck_add_weak(check, CRS_GRADCHECK_DEAD_LAYER, first_dead, dead,
                                "in %zu layer%s (first: %zu) no unit is active on any sample: what "
                                "lies below gets the gradient 0, whatever backward does there",
                                dead, dead == 1 ? "" : "s", first_dead);
    if (one_sided > 0)
        crs__gradcheck_add_weak(check, CRS_GRADCHECK_ONE_SIDED, first_one_sided, one_sided,
                                "in %zu layer%s (first: %zu) no z lies on one of the sides of a "
                                "kink: what backward does there is not tried; take other samples",
                                one_sided, one_sided == 1 ? "" : "s", first_one_sided);
}

crs_status crs__gradcheck_weaknesses(const crs__point *point, crs_gradcheck *check)
{
    if (point->batch == 1)
        crs__gradcheck_add_weak(check, CRS_GRADCHECK_ONE_SAMPLE, 0, 1,
                                "one sample: whether sums and means over samples are right does "
                                "not show; take a few");
    biases(point, check);
    zeros(check);
    layers(point, check);
    return equal_units(point, check);
}
