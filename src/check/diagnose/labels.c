/*
 * X and Y shuffled apart: is there an order of the labels for which the output's gradient is
 * right? Each sample's column of it must be what some label gives, and each label serves once.
 */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>

/* Column j of x in every column of out, which is made. */
static crs_status repeat_column(const crs__mat *x, size_t j, crs__mat *out)
{
    crs_status status = crs__mat_make(x->rows, x->cols, out);
    for (size_t i = 0; status == CRS_OK && i < x->rows * x->cols; i++) {
        size_t from = i / x->cols * x->cols + j;
        out->v[i] = x->v[from];
        out->e[i] = crs__mat_e(x, from);
    }
    return status;
}

/* Is column j of `given` column k of `computed`? */
static int is_column(const crs__mat *given, size_t j, const crs__mat *computed, size_t k, double u)
{
    for (size_t i = 0; i < given->rows; i++) {
        double x = given->v[i * given->cols + j];
        double y = computed->v[i * computed->cols + k], e = computed->e[i * computed->cols + k];
        if (!(fabs(x - y) <= e + 2 * u * (fabs(x) + fabs(y))))
            return 0;
    }
    return 1;
}

/* The label that serves sample j and no sample before it; y->cols without one. */
static crs_status find_label(const crs__case *c, crs__ref ref, const crs__mat *a, const crs__mat *y,
                             size_t j, const char *served, size_t *label)
{
    const crs__mat *given = &c->nodes[ref.kind][ref.layer].given;
    crs__mat same = {0}, computed = {0};
    crs_status status = repeat_column(a, j, &same);
    *label = 0;
    if (status == CRS_OK)
        status = crs__output_of(c, ref.kind, &same, y, &computed);
    while (status == CRS_OK && *label < y->cols &&
           (served[*label] || !is_column(given, j, &computed, *label, c->u)))
        ++*label;
    crs__mat_release(&same);
    crs__mat_release(&computed);
    return status;
}

crs_status crs__labels_shuffled(const crs__case *c, crs__ref ref, crs__mat *out)
{
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    const crs__mat *y = crs__get(c, CRS__Y, 0), *a = crs__get(c, CRS__A, c->n_layers);
    char *served;
    crs_status status;
    *out = (crs__mat){0};
    if (node->source == NULL || node->odd || y == NULL || a == NULL || y->rows != a->rows ||
        y->cols != a->cols || node->given.rows != a->rows || node->given.cols != a->cols)
        return CRS_ENOENT;
    served = crs__alloc(y->cols, 1);
    status = served == NULL ? CRS_ENOMEM : crs__mat_make(y->rows, y->cols, out);
    for (size_t j = 0; status == CRS_OK && j < y->cols; j++) {
        size_t k;
        status = find_label(c, ref, a, y, j, served, &k);
        if (status == CRS_OK && k == y->cols)
            status = CRS_ENOENT;
        for (size_t i = 0; status == CRS_OK && i < y->rows; i++)
            out->v[i * y->cols + j] = y->v[i * y->cols + k];
        if (status == CRS_OK)
            served[k] = 1;
    }
    crs__free(served);
    if (status != CRS_OK)
        crs__mat_release(out);
    return status;
}
