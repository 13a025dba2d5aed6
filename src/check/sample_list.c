#include "check/sample_list.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#define SIGN_BIT (UINT64_C(1) << 63)
#define INFINITY_BITS (UINT64_C(0x7ff) << 52)
#define MANTISSA_BITS 52

static uint64_t bits_of(double z)
{
    uint64_t bits;
    memcpy(&bits, &z, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double z;
    memcpy(&z, &bits, sizeof z);
    return z;
}

static void add(crs__sample_list *l, uint64_t bits, crs_sample kind)
{
    if (l->n < l->room) {
        l->entries[l->n].bits = bits;
        l->entries[l->n].kind = kind;
    }
    l->n++;
}

static void add_both(crs__sample_list *l, double z, crs_sample kind)
{
    add(l, bits_of(z), kind);
    add(l, bits_of(-z), kind);
}

/* The double `steps` units in the last place above z, below where it is negative. */
static void add_beside(crs__sample_list *l, double z, int64_t steps)
{
    uint64_t bits = bits_of(z);
    int64_t place = bits & SIGN_BIT ? -(int64_t)(bits & ~SIGN_BIT) : (int64_t)bits;
    place += steps;
    bits = place < 0 ? (uint64_t)-place | SIGN_BIT : (uint64_t)place;
    if (place != 0 && (bits & ~SIGN_BIT) < INFINITY_BITS)
        add(l, bits, CRS_SAMPLE_KINK);
}

static void add_kinks(crs__sample_list *l, const crs_act *act)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        for (int64_t steps = 1; steps < (int64_t)1 << 62;
             steps = steps < 64 ? steps + 1 : 2 * steps) {
            add_beside(l, act->kink[k].z, steps);
            add_beside(l, act->kink[k].z, -steps);
        }
    }
}

static void add_plain(crs__sample_list *l)
{
    for (int k = 1; k <= 1000; k++) {
        add_both(l, k, CRS_SAMPLE_PLAIN);
        add_both(l, k / 8.0, CRS_SAMPLE_PLAIN);
        add_both(l, k / 10.0, CRS_SAMPLE_PLAIN);
    }
}

static void add_exponents(crs__sample_list *l)
{
    static const uint64_t mantissas[] = {0, UINT64_C(0x5555555555555), UINT64_C(0x8000000000001),
                                         UINT64_C(0xfffffffffffff)};
    for (uint64_t e = 0; e < 0x7ff; e++) {
        for (size_t k = 0; k < sizeof mantissas / sizeof *mantissas; k++)
            add_both(l, double_of(e << MANTISSA_BITS | mantissas[k]), CRS_SAMPLE_EXPONENT);
    }
}

static void add_all(crs__sample_list *l, const crs_act *act)
{
    l->n = 0;
    add_both(l, 0, CRS_SAMPLE_SPECIAL);
    add_plain(l);
    for (size_t k = 0; k < act->n_kinks; k++)
        add(l, bits_of(act->kink[k].z), CRS_SAMPLE_KINK);
    add_kinks(l, act);
    add_exponents(l);
}

static int order(const void *x, const void *y)
{
    const crs__sample_entry *p = x, *q = y;
    if (p->bits != q->bits)
        return p->bits < q->bits ? -1 : 1;
    return (int)p->kind - (int)q->kind;
}

crs_status crs__sample_list_make(const crs_act *act, crs__sample_list *out)
{
    size_t n = 0;
    memset(out, 0, sizeof *out);
    add_all(out, act);
    out->room = out->n;
    out->entries = crs__alloc(out->room, sizeof *out->entries);
    if (out->entries == NULL)
        return CRS_ENOMEM;
    add_all(out, act);
    qsort(out->entries, out->n, sizeof *out->entries, order);
    for (size_t i = 0; i < out->n; i++) {
        if (n == 0 || out->entries[i].bits != out->entries[n - 1].bits)
            out->entries[n++] = out->entries[i];
    }
    out->n = n;
    return CRS_OK;
}

size_t crs__sample_list_find(const crs__sample_list *l, uint64_t bits)
{
    size_t from = 0, to = l->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (l->entries[middle].bits < bits)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}
