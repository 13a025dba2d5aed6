#include "check/diagnose/pool.h"

#include "check/diagnose/catalogue.h"
#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {"pool_x", "pool_out", "dpool_out", "dpool_x"};

int crs__pool_is_name(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0)
            return 1;
    }
    return 0;
}

int crs__pool_is_given(const crs_arrays *arrays)
{
    return crs_arrays_find(arrays, "pool_x") != NULL &&
           crs_arrays_find(arrays, "dpool_out") != NULL &&
           crs_arrays_find(arrays, "dpool_x") != NULL;
}

/* Images and windows: element (n, h, w, k) of x is at n sn + h sh + w sw + k sk. */
typedef struct pool {
    const crs_array *x, *out, *d_out, *d_x;
    size_t n, h, w, k;   /* of x */
    size_t h_out, w_out; /* of out */
    size_t window_h, window_w, stride_h, stride_w;
    int channels_first;
    double u;
} pool;

static size_t at(const pool *p, size_t n, size_t h, size_t w, size_t k, size_t height, size_t width)
{
    if (p->channels_first)
        return ((n * p->k + k) * height + h) * width + w;
    return ((n * height + h) * width + w) * p->k + k;
}

/* What a winner gets. */
typedef enum share { SHARE_FIRST, SHARE_LAST, SHARE_SPLIT, SHARE_ALL } share;

/* The gradient of one window goes to dx. */
static void spread(const pool *p, size_t n, size_t i, size_t j, size_t k, share how, double *dx)
{
    size_t from_h = i * p->stride_h, from_w = j * p->stride_w, winners = 0, last = 0;
    double max = -INFINITY, d = p->d_out->values[at(p, n, i, j, k, p->h_out, p->w_out)];
    for (size_t h = from_h; h < from_h + p->window_h; h++)
        for (size_t w = from_w; w < from_w + p->window_w; w++)
            max = fmax(max, p->x->values[at(p, n, h, w, k, p->h, p->w)]);
    for (size_t h = from_h; h < from_h + p->window_h; h++)
        for (size_t w = from_w; w < from_w + p->window_w; w++) {
            size_t place = at(p, n, h, w, k, p->h, p->w);
            if (p->x->values[place] != max)
                continue;
            last = place;
            if (how == SHARE_ALL || (how == SHARE_FIRST && winners == 0))
                dx[place] += d;
            winners++;
        }
    if (how == SHARE_LAST)
        dx[last] += d;
    for (size_t h = from_h; how == SHARE_SPLIT && h < from_h + p->window_h; h++)
        for (size_t w = from_w; w < from_w + p->window_w; w++) {
            size_t place = at(p, n, h, w, k, p->h, p->w);
            if (p->x->values[place] == max)
                dx[place] += d / (double)winners;
        }
}

static void backward(const pool *p, share how, double *dx)
{
    memset(dx, 0, p->x->n * sizeof *dx);
    for (size_t n = 0; n < p->n; n++)
        for (size_t i = 0; i < p->h_out; i++)
            for (size_t j = 0; j < p->w_out; j++)
                for (size_t k = 0; k < p->k; k++)
                    spread(p, n, i, j, k, how, dx);
}

/* Windows that make h into h_out: not overlapping if that fits, else the stride 1. */
static int find_window(size_t h, size_t h_out, size_t *window, size_t *stride)
{
    if (h_out == 0 || h_out > h)
        return 0;
    *stride = *window = h / h_out;
    if ((h - *window) / *stride + 1 == h_out)
        return 1;
    *stride = 1;
    *window = h - h_out + 1;
    return 1;
}

static int read_shapes(const crs_arrays *arrays, pool *p)
{
    const size_t *x, *out;
    p->x = crs_arrays_find(arrays, "pool_x");
    p->d_out = crs_arrays_find(arrays, "dpool_out");
    p->d_x = crs_arrays_find(arrays, "dpool_x");
    x = p->x->dims;
    out = p->d_out->dims;
    if (p->x->n_dims != 4 || p->d_out->n_dims != 4 || p->d_x->n_dims != 4 ||
        memcmp(x, p->d_x->dims, 4 * sizeof *x) != 0 || x[0] != out[0])
        return 0;
    p->channels_first = x[3] != out[3] && x[1] == out[1];
    p->n = x[0];
    p->k = x[p->channels_first ? 1 : 3];
    p->h = x[p->channels_first ? 2 : 1];
    p->w = x[p->channels_first ? 3 : 2];
    p->h_out = out[p->channels_first ? 2 : 1];
    p->w_out = out[p->channels_first ? 3 : 2];
    p->u = fmax(p->d_x->roundoff, 0x1p-53);
    return p->k == out[p->channels_first ? 1 : 3] &&
           find_window(p->h, p->h_out, &p->window_h, &p->stride_h) &&
           find_window(p->w, p->w_out, &p->window_w, &p->stride_w);
}

/* Elements of dpool_x that are not what `dx` says; the one that is off by the most. */
static size_t compare(const pool *p, const double *dx, size_t *worst, double *error)
{
    size_t wrong = 0;
    double most = 0, largest = 0;
    /* an element sums the windows that overlap there */
    double bound = 8 * (double)(p->window_h * p->window_w) * p->u;
    *worst = 0;
    for (size_t i = 0; i < p->x->n; i++) {
        double d = fabs(p->d_x->values[i] - dx[i]);
        largest = fmax(largest, fabs(dx[i]));
        if (d <= bound * (fabs(dx[i]) + fabs(p->d_x->values[i])))
            continue;
        wrong++;
        if (d > most) {
            most = d;
            *worst = i;
        }
    }
    *error = most / (largest > 0 ? largest : 1);
    return wrong;
}

/* The place in the array, "[0, 3, 2, 1]". */
static void fill_place(const crs_array *array, size_t i, size_t *index)
{
    for (size_t k = array->n_dims; k-- > 0;) {
        index[k] = i % array->dims[k];
        i /= array->dims[k];
    }
}

static void say(const pool *p, int ties, const crs_diagnosis_array *array, crs_diagnosis_bug *bug)
{
    const crs__bug *row = crs__bug_of("maxpool-ties");
    memset(bug, 0, sizeof *bug);
    (void)snprintf(bug->id, sizeof bug->id, "%s", ties ? row->info.id : "unknown");
    (void)snprintf(bug->array, sizeof bug->array, "dpool_x");
    if (ties) {
        (void)snprintf(bug->sentence, sizeof bug->sentence,
                       "dpool_x is wrong in %zu of %zu elements: %s %s", array->n_wrong, array->n,
                       row->what, row->why);
        (void)snprintf(bug->line, sizeof bug->line,
                       "give dpool_out to one winner of each window (np.argmax), or an equal share "
                       "to each");
        bug->explains = 1;
    } else {
        (void)snprintf(bug->sentence, sizeof bug->sentence,
                       "dpool_x is wrong in %zu of %zu elements, computed from pool_x and "
                       "dpool_out with windows of %zu x %zu. No bug of the catalogue gives these "
                       "numbers.",
                       array->n_wrong, array->n, p->window_h, p->window_w);
    }
    bug->has_counterexample = 1;
    bug->counterexample.z = bug->counterexample.a = bug->counterexample.upstream = NAN;
    bug->counterexample.given = array->given;
    bug->counterexample.right = array->computed;
    (void)snprintf(bug->counterexample.text, sizeof bug->counterexample.text,
                   "dpool_x[%zu, %zu, %zu, %zu] is %.6g, and should be %.6g", array->index[0],
                   array->index[1], array->index[2], array->index[3], array->given,
                   array->computed);
}

crs_status crs__pool_run(const crs_arrays *arrays, crs_error *err, crs_diagnosis_array *array,
                         crs_diagnosis_bug *bug)
{
    static const share right[] = {SHARE_FIRST, SHARE_LAST, SHARE_SPLIT};
    pool p = {0};
    double *dx, error;
    size_t worst, wrong = 1;
    memset(bug, 0, sizeof *bug);
    memset(array, 0, sizeof *array);
    if (!read_shapes(arrays, &p))
        return crs_error_set(err, CRS_ESHAPE,
                             "pool_x, dpool_out and dpool_x do not fit: expected [samples, height, "
                             "width, channels], dpool_x as large as pool_x");
    dx = crs__alloc(p.x->n > 0 ? p.x->n : 1, sizeof *dx);
    if (dx == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for the pooling");
    for (size_t i = 0; i < 3 && wrong > 0; i++) {
        backward(&p, right[i], dx);
        wrong = compare(&p, dx, &worst, &error);
        if (i == 0 || wrong == 0) {
            array->n_wrong = wrong;
            array->error = error;
            array->given = p.d_x->values[worst];
            array->computed = dx[worst];
            fill_place(p.d_x, worst, array->index);
        }
    }
    (void)snprintf(array->name, sizeof array->name, "dpool_x");
    (void)snprintf(array->role, sizeof array->role, "dpool_x");
    array->verdict = wrong == 0 ? CRS_ARRAY_MATCH : CRS_ARRAY_MISMATCH;
    array->given_upstream = 1;
    array->n = p.x->n;
    array->n_index = 4;
    if (wrong > 0) {
        backward(&p, SHARE_ALL, dx);
        say(&p, compare(&p, dx, &worst, &error) == 0, array, bug);
    }
    crs__free(dx);
    return CRS_OK;
}
