/*
 * The elements of arrays on their way into a data set, or mapped where they are.
 */
#include "data/samples.h"

#include "core/memory.h"
#include "data/dataset.h"

#include <string.h>
#include <sys/mman.h>

/* Elements that are decoded at once: their doubles stay in the second cache. */
#define CHUNK ((size_t)8192)

static void put(crs__samples *s, size_t row, size_t slot, double value)
{
    crs_dataset *d = &s->data;
    if (slot == CRS__COLUMN_UNUSED)
        return;
    if (slot >= d->n_features)
        d->y[row * d->n_targets + slot - d->n_features] = value;
    else if (d->dtype == CRS_F32)
        ((float *)d->x)[row * d->n_features + slot] = (float)value;
    else
        ((double *)d->x)[row * d->n_features + slot] = value;
}

/* Element `first` and those behind it, in the file's order. */
static void place(crs__samples *s, const crs__stored_array *a, size_t n_rows, size_t first,
                  size_t n, const double *values)
{
    size_t n_columns = s->columns.n, row, column;
    if (s->is_plain && !a->is_fortran) {
        if (s->data.dtype == CRS_F64)
            memcpy((double *)s->data.x + first, values, n * sizeof *values);
        for (size_t i = 0; s->data.dtype == CRS_F32 && i < n; i++)
            ((float *)s->data.x)[first + i] = (float)values[i];
        return;
    }
    if (a->is_fortran) {
        for (size_t i = 0; i < n; i++)
            put(s, (first + i) % n_rows, s->columns.slot[(first + i) / n_rows], values[i]);
        return;
    }
    row = first / n_columns;
    column = first % n_columns;
    for (size_t i = 0; i < n; i++) {
        put(s, row, s->columns.slot[column], values[i]);
        if (++column == n_columns) {
            column = 0;
            row++;
        }
    }
}

/* Room for all rows, once the file may take that much. */
static crs_status make_room(crs__samples *s, size_t n_rows)
{
    const crs_dataset *d = &s->data;
    uint64_t row = crs__budget_plus(crs__budget_times(d->n_features, crs_dtype_size(d->dtype)),
                                    crs__budget_times(crs__dataset_targets(d), sizeof *d->y));
    crs_error cause;
    crs_status status;
    if (n_rows <= s->capacity)
        return CRS_OK;
    status = crs__budget_take(s->job->file, crs__budget_times(n_rows, row), NULL, s->job->err);
    if (status != CRS_OK)
        return status;
    s->data.n_samples = s->capacity; /* to be kept */
    status = crs__dataset_reserve(&s->data, n_rows, s->job->options->memory_limit, &cause);
    if (status != CRS_OK)
        return crs_error_set(s->job->err, status, "%s: %s", s->job->file->shown, cause.text);
    s->capacity = n_rows;
    return CRS_OK;
}

static crs_status refuse_whole(const crs__stored_array *a, size_t element, double value,
                               crs_error *err)
{
    return crs_error_set(err, CRS_EUNSUPPORTED,
                         "%s: element %zu (from 0, in the file's order) is a whole number near "
                         "%.0f that no double holds exactly",
                         a->bytes->where, element, value);
}

crs_status crs__samples_fill(crs__samples *s, const crs__stored_array *a, size_t n_rows, int scale,
                             crs_error *err)
{
    unsigned char *raw = crs__alloc(CHUNK, a->type->size);
    double *values = crs__alloc(CHUNK, sizeof *values);
    crs_status status = CRS_OK;
    if (raw == NULL || values == NULL)
        status =
            crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", s->job->file->shown);
    s->is_plain = crs__columns_are_plain(&s->columns);
    if (status == CRS_OK)
        status = make_room(s, n_rows);
    for (size_t done = 0; done < a->shape.n && status == CRS_OK;) {
        size_t n = a->shape.n - done < CHUNK ? a->shape.n - done : CHUNK, decoded;
        status = crs__bytes_take(a->bytes, raw, n * a->type->size, err);
        if (status != CRS_OK)
            break;
        decoded = crs__element_decode(a->type, a->big_endian, raw, n, values);
        if (decoded < n) {
            status = refuse_whole(a, done + decoded, values[decoded], err);
            break;
        }
        for (size_t i = 0; scale && i < n; i++)
            values[i] /= 255;
        place(s, a, n_rows, done, n, values);
        done += n;
    }
    crs__free(raw);
    crs__free(values);
    s->data.n_samples = n_rows;
    return status;
}

/* 1 where x is in the file as it is to be in memory. */
static int can_map(const crs__samples *s, const crs__stored_array *a)
{
    static const uint16_t one = 1;
    int is_little = *(const unsigned char *)&one;
    return a->offset > 0 && a->offset % CRS__ALIGN == 0 && !a->is_fortran &&
           a->big_endian == !is_little && a->type->kind == CRS__ELEMENT_FLOAT &&
           a->type->size == crs_dtype_size(s->data.dtype) && crs__columns_are_plain(&s->columns) &&
           s->job->options->missing != CRS_MISSING_DROP;
}

int crs__samples_map(crs__samples *s, const crs__stored_array *a, size_t n_rows)
{
    crs_dataset *d = &s->data;
    size_t bytes = (size_t)a->offset + a->shape.n * a->type->size;
    void *start = MAP_FAILED;
    if (can_map(s, a))
        start = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, s->job->file->fd, 0);
    if (start == MAP_FAILED)
        return 0;
    d->y = crs__alloc(n_rows, sizeof *d->y);
    if (d->y == NULL) {
        (void)munmap(start, bytes);
        return 0;
    }
    d->mapping.start = start;
    d->mapping.bytes = bytes;
    d->x = (char *)start + a->offset;
    d->n_samples = s->capacity = n_rows;
    s->is_mapped = 1;
    return 1;
}
