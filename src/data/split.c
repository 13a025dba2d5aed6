/*
 * Setting samples apart for validation, class by class.
 */
#include <crease/data.h>
#include <crease/random.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many samples of a class there are, and how many of them are set apart. */
typedef struct group {
    size_t n, taken;
    size_t index;     /* of the class */
    double remainder; /* of n * share, below one sample */
} group;

static size_t group_of(const crs_dataset *data, size_t sample)
{
    return crs_dataset_task(data) == CRS_TASK_CLASSES ? (size_t)data->y[sample] : 0;
}

/* By falling remainder; equal ones in the order of the classes. */
static int compare(const void *a, const void *b)
{
    const group *p = a, *q = b;
    if (p->remainder != q->remainder)
        return p->remainder > q->remainder ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

static int compare_index(const void *a, const void *b)
{
    const group *p = a, *q = b;
    return (p->index > q->index) - (p->index < q->index);
}

/* A class that lacks in one of the parts, and has two samples or more, gives or takes one. */
static int is_one_sided(const group *g)
{
    return g->n >= 2 && (g->taken == 0 || g->taken == g->n);
}

/*
 * One sample of the class of which most are taken (give) or left (take) for each class that is
 * all on one side, so long as the sum stays and nobody becomes one-sided by it.
 */
static void mend(size_t n_groups, group *groups)
{
    for (size_t i = 0; i < n_groups; i++) {
        group *g = &groups[i], *best = NULL;
        int gives = g->taken == 0; /* another class gives up its place among the taken */
        if (!is_one_sided(g))
            continue;
        for (size_t k = 0; k < n_groups; k++) {
            group *other = &groups[k];
            size_t room = gives ? other->taken : other->n - other->taken;
            size_t most = best == NULL ? 1 : gives ? best->taken : best->n - best->taken;
            if (other != g && room > most)
                best = other;
        }
        if (best == NULL)
            continue;
        g->taken = gives ? 1 : g->n - 1;
        best->taken = gives ? best->taken - 1 : best->taken + 1;
    }
}

/* `total` samples dealt out in proportion: whole parts first, then the largest remainders. */
static void deal(size_t n_groups, group *groups, size_t n, size_t total)
{
    size_t given = 0;
    for (size_t i = 0; i < n_groups; i++) {
        double exact = (double)groups[i].n * (double)total / (double)n;
        groups[i].index = i;
        groups[i].taken = (size_t)floor(exact);
        groups[i].remainder = exact - floor(exact);
        given += groups[i].taken;
    }
    qsort(groups, n_groups, sizeof *groups, compare);
    for (size_t i = 0; i < n_groups && given < total; i++) {
        if (groups[i].taken < groups[i].n) {
            groups[i].taken++;
            given++;
        }
    }
    qsort(groups, n_groups, sizeof *groups, compare_index);
    mend(n_groups, groups);
}

/* Both parts of order[] in rising order: `apart` says of each sample where it is. */
static void write_order(size_t n, const unsigned char *apart, size_t *order, size_t *n_train)
{
    size_t train = 0, valid;
    for (size_t i = 0; i < n; i++)
        if (!apart[i])
            order[train++] = i;
    *n_train = valid = train;
    for (size_t i = 0; i < n; i++)
        if (apart[i])
            order[valid++] = i;
}

crs_status crs_dataset_split(const crs_dataset *data, double share, uint32_t seed, crs_error *err,
                             size_t *order, size_t *n_train)
{
    if (data == NULL || order == NULL || n_train == NULL)
        return crs__null_argument(err, __func__);
    size_t n = data->n_samples, total;
    size_t n_groups = crs_dataset_task(data) == CRS_TASK_CLASSES ? data->n_classes : 1;
    group *groups = NULL;
    unsigned char *apart = NULL;
    crs_random rng;
    crs_status status = CRS_OK;
    if (!(share > 0 && share < 1))
        return crs_error_set(err, CRS_EINVAL,
                             "a share of %g for validation; expected one between "
                             "0 and 1",
                             share);
    if (n < 2)
        return crs_error_set(err, CRS_EINVAL, "%zu sample%s to split; expected two or more", n,
                             n == 1 ? "" : "s");
    total = (size_t)floor(share * (double)n + 0.5);
    total = total == 0 ? 1 : total >= n ? n - 1 : total;
    groups = crs__alloc(n_groups, sizeof *groups);
    apart = crs__alloc(n, sizeof *apart);
    if (groups == NULL || apart == NULL) {
        status = crs_error_set(err, CRS_ENOMEM, "not enough memory to split %zu samples", n);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        groups[group_of(data, i)].n++;
    deal(n_groups, groups, n, total);
    crs_random_seed(&rng, seed);
    crs_random_permutation(&rng, n, order);
    for (size_t i = 0; i < n; i++) {
        group *g = &groups[group_of(data, order[i])];
        if (g->taken > 0) {
            g->taken--;
            apart[order[i]] = 1;
        }
    }
    write_order(n, apart, order, n_train);
out:
    crs__free(groups);
    crs__free(apart);
    return status;
}
