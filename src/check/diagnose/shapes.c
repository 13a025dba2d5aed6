/*
 * Which way round the arrays lie, and the matrices of the case made of them.
 *
 * Samples are columns or rows, W is [n_out, n_in] or [n_in, n_out]: four readings, of which
 * those fit that give every layer one width and all arrays one number of samples.
 */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What axis an array of a kind has. */
typedef enum form {
    FORM_SAMPLES, /* [n_l, m] */
    FORM_WEIGHTS, /* [n_l, n_(l-1)] */
    FORM_COLUMN,  /* [n_l, 1] */
    FORM_NUMBER,  /* [1, 1] */
    FORM_LABELS   /* Y */
} form;

static form form_of(crs__kind kind)
{
    switch (kind) {
    case CRS__Y:
        return FORM_LABELS;
    case CRS__COST:
        return FORM_NUMBER;
    case CRS__W:
    case CRS__DW:
    case CRS__DW_PREV:
    case CRS__VW_OLD:
    case CRS__SW_OLD:
    case CRS__VW:
    case CRS__SW:
    case CRS__W_NEW:
        return FORM_WEIGHTS;
    case CRS__D:
    case CRS__Z:
    case CRS__ZHAT:
    case CRS__ZN:
    case CRS__A:
    case CRS__DA:
    case CRS__DZN:
    case CRS__DZ:
        return FORM_SAMPLES;
    default:
        return FORM_COLUMN;
    }
}

/* A width or number of samples that is known, and by which array. */
typedef struct known {
    size_t value;
    const crs_array *by;
} known;

/* While one reading is tried. */
typedef struct fitting {
    const crs__case *c;
    crs__orientation o;
    known widths[CRS__LAYERS + 1], m;
    crs_error err;
    size_t fitted; /* arrays that went in before one did not */
} fitting;

static void put_shape(const crs_array *array, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "(");
    for (size_t i = 0; i < array->n_dims && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%zu", i > 0 ? ", " : "", array->dims[i]);
    if (n < size)
        (void)snprintf(text + n, size - n, "%s)", array->n_dims == 1 ? "," : "");
}

/* Is it known already, and otherwise? Says who says what. */
static int agree(fitting *f, known *what, size_t value, const crs_array *by, const char *name)
{
    char mine[96], other[96];
    if (what->by == NULL) {
        what->value = value;
        what->by = by;
        return 1;
    }
    if (what->value == value)
        return 1;
    put_shape(by, mine, sizeof mine);
    put_shape(what->by, other, sizeof other);
    (void)crs_error_set(&f->err, CRS_ESHAPE, "%s %s has %zu %s, but %s %s has %zu", by->name, mine,
                        value, name, what->by->name, other, what->value);
    return 0;
}

static int agree_width(fitting *f, size_t layer, size_t value, const crs_array *by)
{
    char name[48];
    if (layer == 0)
        return agree(f, &f->widths[0], value, by, "features");
    (void)snprintf(name, sizeof name, "units in layer %zu", layer);
    return agree(f, &f->widths[layer], value, by, name);
}

/* Rows and columns of up to two axes; more are flattened behind the first. */
static void two_axes(const crs_array *array, size_t *first, size_t *second)
{
    *first = array->n_dims > 0 ? array->dims[0] : 1;
    *second = array->n_dims > 1 && array->dims[0] > 0 ? array->n / array->dims[0] : 1;
}

static int fit_weights(fitting *f, size_t layer, const crs_array *array)
{
    size_t first, second;
    if (layer < 1 || array->n_dims > 2) {
        (void)crs_error_set(&f->err, CRS_ESHAPE, "%s has %zu axes, expected 2", array->name,
                            array->n_dims);
        return 0;
    }
    two_axes(array, &first, &second);
    if (array->n_dims <= 1) /* one unit's weights */
        return agree_width(f, layer, 1, array) && agree_width(f, layer - 1, first, array);
    return agree_width(f, layer, f->o.w_in_out ? second : first, array) &&
           agree_width(f, layer - 1, f->o.w_in_out ? first : second, array);
}

static int fit_samples(fitting *f, size_t layer, const crs_array *array)
{
    size_t first, second;
    two_axes(array, &first, &second);
    if (array->n_dims <= 1) /* one unit, or one feature */
        return agree_width(f, layer, 1, array) && agree(f, &f->m, first, array, "samples");
    if (array->n_dims > 2 && f->o.samples == CRS_SAMPLES_COLUMNS) {
        (void)crs_error_set(&f->err, CRS_ESHAPE,
                            "%s has %zu axes: with samples in columns 2 are expected", array->name,
                            array->n_dims);
        return 0;
    }
    if (f->o.samples == CRS_SAMPLES_ROWS)
        return agree_width(f, layer, second, array) && agree(f, &f->m, first, array, "samples");
    return agree_width(f, layer, first, array) && agree(f, &f->m, second, array, "samples");
}

/* After weights and samples: a column must fit, and makes no width unless nothing else does. */
static int fit_column(fitting *f, size_t layer, const crs_array *array)
{
    size_t first, second;
    two_axes(array, &first, &second);
    if (array->n_dims <= 2 && (first == 1 || second == 1))
        return agree_width(f, layer, first * second, array);
    (void)crs_error_set(&f->err, CRS_ESHAPE, "%s has more than one axis that is not 1",
                        array->name);
    return 0;
}

/* Classes or values, one a sample, or a row or column of them a sample. */
static int fit_labels(fitting *f, size_t layer, const crs_array *array)
{
    size_t first, second;
    known before = f->widths[layer];
    two_axes(array, &first, &second);
    if (array->n_dims <= 1 || first == 1 || second == 1) {
        if (before.by == NULL)
            f->widths[layer] = (known){1, array};
        if (f->m.by != NULL && f->m.value == 1 && array->n == f->widths[layer].value)
            return 1; /* the one sample's values */
        return agree(f, &f->m, array->n, array, "labels, one a sample");
    }
    return fit_samples(f, layer, array);
}

/*
 * Shapes that no right array of the kind has, but wrong ones do: db with one column a sample,
 * summed over the units, or over everything, dZ of one output with a column for every pair of samples.
 */
static int is_odd(const fitting *f, crs__ref ref, const crs_array *array)
{
    size_t first, second, n = f->widths[ref.layer].value, m = f->m.value;
    two_axes(array, &first, &second);
    if (ref.kind == CRS__DB)
        return array->n != n && m > 0 && (array->n == n * m || array->n == m || array->n == 1);
    if (ref.kind == CRS__DZ || ref.kind == CRS__DA)
        return ref.layer == f->c->n_layers && n == 1 && m > 1 && first == m && second == m;
    return 0;
}

/* All arrays of one form; a kind that can be odd goes by itself. */
static int fit_form(fitting *f, form which)
{
    for (int kind = 0; kind < CRS__KINDS; kind++) {
        for (size_t l = 0; form_of((crs__kind)kind) == which && l <= f->c->n_layers; l++) {
            const crs_array *array = f->c->nodes[kind][l].source;
            crs__ref ref = {(crs__kind)kind, l};
            size_t layer = which == FORM_LABELS ? f->c->n_layers : l;
            int ok = 1;
            if (array == NULL || is_odd(f, ref, array))
                continue;
            if (which == FORM_WEIGHTS)
                ok = fit_weights(f, layer, array);
            else if (which == FORM_SAMPLES)
                ok = fit_samples(f, layer, array);
            else if (which == FORM_COLUMN)
                ok = fit_column(f, layer, array);
            else if (which == FORM_LABELS)
                ok = fit_labels(f, layer, array);
            else if (array->n != 1)
                ok = crs_error_set(&f->err, CRS_ESHAPE, "%s has %zu elements, expected one number",
                                   array->name, array->n) == CRS_OK;
            if (!ok)
                return 0;
            f->fitted++;
        }
    }
    return 1;
}

/* What decides first: parameters and data, then the rest, which may be odd. */
static int fits(fitting *f)
{
    static const crs__kind first[] = {CRS__A, CRS__Z};
    for (size_t i = 0; i < 2; i++) {
        for (size_t l = 0; l <= f->c->n_layers; l++) {
            const crs_array *array = f->c->nodes[first[i]][l].source;
            if (array != NULL && !fit_samples(f, l, array))
                return 0;
        }
    }
    return fit_form(f, FORM_WEIGHTS) && fit_form(f, FORM_LABELS) && fit_form(f, FORM_SAMPLES) &&
           fit_form(f, FORM_COLUMN) && fit_form(f, FORM_NUMBER);
}

size_t crs__orientations(crs__case *c, crs__orientation *fit, crs_error *err)
{
    static const crs__orientation all[] = {{CRS_SAMPLES_COLUMNS, 0},
                                           {CRS_SAMPLES_ROWS, 1},
                                           {CRS_SAMPLES_ROWS, 0},
                                           {CRS_SAMPLES_COLUMNS, 1}};
    size_t n = 0, furthest = 0;
    for (size_t k = 0; k < 4; k++) {
        size_t i = c->modules ? (k + 2) % 4 : k; /* what ties is told apart by habit */
        fitting f = {.c = c, .o = all[i]};
        crs_samples wanted = c->options->samples;
        if (wanted != CRS_SAMPLES_AUTO && wanted != all[i].samples)
            continue;
        if (fits(&f)) {
            fit[n++] = all[i];
        } else if (err != NULL && (err->status == CRS_OK || f.fitted > furthest)) {
            *err = f.err;
            furthest = f.fitted;
        }
    }
    return n;
}

/* ---- matrices ---- */

/* An array as [rows, cols], of which the file has the transpose if `transposed`. */
static crs_status copy(const crs_array *array, size_t rows, size_t cols, int transposed,
                       crs__mat *out)
{
    crs_status status = crs__mat_make(rows, cols, out);
    if (status != CRS_OK)
        return status;
    crs__free(out->e);
    out->e = NULL;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            out->v[i * cols + j] = array->values[transposed ? j * rows + i : i * cols + j];
    return CRS_OK;
}

/* Labels as columns: as they are, or one-hot where classes are numbered. */
static crs_status copy_labels(crs__case *c, crs__node *node, crs_error *err)
{
    const crs_array *array = node->source;
    size_t k = c->widths[c->n_layers];
    crs_status status;
    if (array->n == k * c->m) {
        node->transposed = c->samples == CRS_SAMPLES_ROWS;
        return copy(array, k, c->m, node->transposed, &node->given);
    }
    status = crs__mat_make(k, c->m, &node->given);
    if (status != CRS_OK)
        return status;
    crs__free(node->given.e);
    node->given.e = NULL;
    for (size_t j = 0; j < c->m; j++) {
        double y = array->values[j];
        if (!(y >= 0 && y < (double)k && y == floor(y)))
            return crs_error_set(err, CRS_EINVAL,
                                 "%s[%zu] is %g, expected a class from 0 to %zu for %zu outputs",
                                 array->name, j, y, k - 1, k);
        node->given.v[(size_t)y * c->m + j] = 1;
    }
    return CRS_OK;
}

static crs_status lay_out_node(crs__case *c, crs__ref ref, const fitting *f, crs_error *err)
{
    crs__node *node = crs__node_at(c, ref);
    size_t rows = c->widths[ref.layer], cols = 1;
    crs__node_release(node);
    node->odd = is_odd(f, ref, node->source);
    node->transposed = 0;
    if (node->odd)
        return copy(node->source, 1, node->source->n, 0, &node->given);
    switch (form_of(ref.kind)) {
    case FORM_LABELS:
        return copy_labels(c, node, err);
    case FORM_NUMBER:
        rows = 1;
        break;
    case FORM_SAMPLES:
        cols = c->m;
        node->transposed = c->samples == CRS_SAMPLES_ROWS;
        break;
    case FORM_WEIGHTS:
        cols = c->widths[ref.layer - 1];
        node->transposed = c->w_in_out;
        break;
    default:
        break;
    }
    return copy(node->source, rows, cols, node->transposed, &node->given);
}

crs_status crs__lay_out(crs__case *c, const crs__orientation *o, crs_error *err)
{
    fitting f = {.c = c, .o = *o};
    (void)fits(&f);
    crs__forget(c);
    c->samples = o->samples;
    c->w_in_out = o->w_in_out;
    c->m = f.m.by != NULL ? f.m.value : 1;
    for (size_t l = 0; l <= c->n_layers; l++)
        c->widths[l] = f.widths[l].value;
    c->columns = c->m > c->widths[0] ? c->m : c->widths[0];
    for (size_t l = 0; l <= c->n_layers; l++)
        c->columns = c->widths[l] > c->columns ? c->widths[l] : c->columns;
    for (int kind = 0; kind < CRS__KINDS; kind++) {
        for (size_t l = 0; l <= c->n_layers; l++) {
            crs__ref ref = {(crs__kind)kind, l};
            crs_status status;
            if (c->nodes[kind][l].source == NULL)
                continue;
            status = lay_out_node(c, ref, &f, err);
            if (status != CRS_OK)
                return status;
        }
    }
    return CRS_OK;
}
