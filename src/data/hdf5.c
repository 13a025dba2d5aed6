/*
 * HDF5 as the library reads it: arrays, samples and the names of classes, through a process of
 * its own. What that says is checked here like a file's own bytes.
 */
#include "core/memory.h"
#include "core/text.h"
#include "data/arrays_reader.h"
#include "data/dataset.h"
#include "data/hdf5_child.h"
#include "data/labels.h"

#include <stdio.h>
#include <string.h>

/* ---- what is told of an array ---------------------------------------------------------------- */

/* The element of a kind and a size, NULL for none. */
static const crs__element *element_of(uint32_t kind, uint32_t size)
{
    return kind <= CRS__ELEMENT_BOOL ? crs__element_of((crs__element_kind)kind, size) : NULL;
}

/* Types, and a name that ends: else the process is not to be trusted. */
static int makes_sense(const crs__hdf5_about *about)
{
    return about->rank <= CRS__HDF5_RANK && about->name[0] != '\0' &&
           memchr(about->name, '\0', sizeof about->name) != NULL &&
           element_of(about->kind, about->size) != NULL &&
           element_of(about->shown_kind, about->shown_size) != NULL;
}

static void name_place(const crs__data_file *file, const char *name, char *where, size_t size)
{
    char shown[CRS__SHOWN_FIELD];
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    (void)snprintf(where, size, "%s: data set '%s'", file->shown, shown);
}

/* Its axes, in MATLAB's order where `reversed`. */
static crs_status take_shape(const crs__hdf5_about *about, int reversed, const char *where,
                             crs_error *err, crs__array_shape *out)
{
    crs_status status = CRS_OK;
    crs__array_shape_init(out);
    for (uint32_t i = 0; i < about->rank && status == CRS_OK; i++)
        status =
            crs__array_shape_add(out, about->dims[reversed ? about->rank - 1 - i : i], where, err);
    if (status == CRS_OK && about->is_empty && out->n > 0)
        status = crs_error_set(err, CRS_EFORMAT, "%s is called empty, but has %zu numbers", where,
                               out->n);
    return status;
}

/* ---- the values of one ------------------------------------------------------------------------ */

typedef struct reading {
    const crs__data_file *file;
    int is_asked;
} reading;

/* The process is asked for them when the first are wanted: a shape may have been refused. */
static crs_status read_values(void *ctx, void *into, size_t n, size_t *got, crs_error *err)
{
    reading *r = ctx;
    crs_status status = CRS_OK;
    *got = 0;
    if (!r->is_asked)
        status = crs__hdf5_child_ask(r->file, CRS__HDF5_READ, NULL, err);
    r->is_asked = 1;
    return status == CRS_OK ? crs__hdf5_child_data(r->file, into, n, got, err) : status;
}

static crs_status open_array(const crs__data_file *file, const char *name, crs_error *err,
                             crs__hdf5_about *about)
{
    size_t n;
    int is_done;
    crs_status status = crs__hdf5_child_ask(file, CRS__HDF5_OPEN, name, err);
    if (status == CRS_OK)
        status = crs__hdf5_child_next(file, CRS__HDF5_ARRAY, sizeof *about, sizeof *about, about,
                                      &n, &is_done, err);
    if (status != CRS_OK)
        return status;
    if (is_done || !makes_sense(about))
        return crs__hdf5_child_refuse(file, err);
    status = crs__hdf5_child_next(file, CRS__HDF5_DONE, 0, 0, about, &n, &is_done, err);
    return status == CRS_OK && !is_done ? crs__hdf5_child_refuse(file, err) : status;
}

/* Give the array `name` to `take`, with its axes as HDF5 or as MATLAB has them. */
static crs_status take_array(const crs__data_file *file, const char *name, int as_matlab,
                             crs__stored_take take, void *ctx, crs_error *err)
{
    char where[CRS__ARRAYS_WHERE];
    reading r = {file, 0};
    crs__bytes bytes = {
        .read = read_values, .ctx = &r, .where = where, .file = file, .is_size_sure = 1};
    crs__stored_array array = {.bytes = &bytes};
    crs__hdf5_about about;
    crs_status status = open_array(file, name, err, &about);
    if (status != CRS_OK)
        return status;
    name_place(file, name, where, sizeof where);
    as_matlab = as_matlab && about.is_matlab;
    array.type = element_of(about.kind, about.size);
    array.shown = element_of(about.shown_kind, about.shown_size);
    array.is_fortran = as_matlab && !about.is_empty;
    status = take_shape(&about, array.is_fortran, where, err, &array.shape);
    if (status == CRS_OK)
        status = crs__budget_take(file, about.work, where, err);
    if (status != CRS_OK)
        return status;
    status = take(ctx, &array, err);
    if (status == CRS_OK && r.is_asked)
        status = crs__bytes_end(&bytes, err);
    if (status != CRS_OK) /* it may be in the middle of them */
        crs__hdf5_child_stop(file);
    crs__budget_return(file, about.work);
    return status;
}

crs_status crs__hdf5_open_array(const crs__data_file *file, const char *name, crs__stored_take take,
                                void *ctx, crs_error *err)
{
    return strlen(name) < CRS__HDF5_NAME ? take_array(file, name, 0, take, ctx, err) : CRS_ENOENT;
}

/* ---- names of arrays ---------------------------------------------------------------------------- */

static crs_status check_file(const crs__data_file *file, crs_error *err)
{
    if (!file->is_regular)
        return crs_error_set(err, CRS_EIO, "%s: is a pipe; HDF5 needs a file", file->shown);
    if (file->is_unpacked)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: HDF5 is not read from a .gz; unpack it with gunzip", file->shown);
    if (file->size == 0)
        return crs_error_set(err, CRS_EFORMAT, "%s: is empty; expected an HDF5 file", file->shown);
    return CRS_OK;
}

crs_status crs__hdf5_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    char name[CRS__HDF5_NAME];
    size_t n;
    int is_done = 0;
    crs_status status = check_file(file, err);
    if (status == CRS_OK)
        status = crs__hdf5_child_ask(file, CRS__HDF5_LIST, NULL, err);
    while (status == CRS_OK) {
        status = crs__hdf5_child_next(file, CRS__HDF5_NAME_IS, 1, sizeof name - 1, name, &n,
                                      &is_done, err);
        if (status != CRS_OK || is_done)
            return status;
        name[n] = '\0';
        if (strlen(name) != n)
            return crs__hdf5_child_refuse(file, err);
        status = crs__budget_take(file, sizeof name, NULL, err);
        if (status == CRS_OK)
            add(ctx, name);
    }
    return status;
}

/* ---- every array ---------------------------------------------------------------------------------- */

/* The names of a file's arrays, and what they are to take in all. */
typedef struct walk {
    const crs__data_file *file;
    crs_error *err;
    crs_arrays *out;
    crs__text names; /* a NUL behind each */
    crs__text skipped;
    uint64_t total, work; /* bytes of values; the most that the reading of one takes beside them */
} walk;

static crs_status note_array(walk *w, const crs__hdf5_about *about)
{
    char where[CRS__ARRAYS_WHERE];
    crs__array_shape shape;
    uint64_t bytes, work = about->work;
    crs_status status;
    if (!makes_sense(about))
        return crs__hdf5_child_refuse(w->file, w->err);
    name_place(w->file, about->name, where, sizeof where);
    status = take_shape(about, 0, where, w->err, &shape);
    if (status == CRS_OK)
        status = crs__budget_take(w->file, CRS__HDF5_NAME, NULL, w->err);
    if (status != CRS_OK)
        return status;
    bytes = crs__budget_times(shape.n, sizeof(double));
    w->total = crs__budget_plus(w->total, bytes);
    if (about->is_matlab) /* and a copy in C order */
        work = crs__budget_plus(work, bytes);
    w->work = work > w->work ? work : w->work;
    crs__text_append_bytes(&w->names, about->name, strlen(about->name) + 1);
    return CRS_OK;
}

static crs_status note_skipped(walk *w, const crs__hdf5_about *about)
{
    char shown[sizeof about->skipped + 8];
    const char *end = memchr(about->skipped, '\0', sizeof about->skipped);
    crs_status status = crs__budget_take(w->file, 2 * sizeof shown, NULL, w->err);
    if (status != CRS_OK)
        return status;
    if (end == NULL)
        return crs__hdf5_child_refuse(w->file, w->err);
    crs__shown_text(about->skipped, (size_t)(end - about->skipped), shown, sizeof shown);
    crs__text_append(&w->skipped, "%s%s", w->skipped.length > 0 ? ", " : "", shown);
    return CRS_OK;
}

static crs_status note_all(walk *w)
{
    crs__hdf5_about about;
    size_t n;
    int is_done = 0;
    crs_status status = crs__hdf5_child_ask(w->file, CRS__HDF5_WALK, NULL, w->err);
    while (status == CRS_OK) {
        status = crs__hdf5_child_next(w->file, CRS__HDF5_ARRAY, sizeof about, sizeof about, &about,
                                      &n, &is_done, w->err);
        if (status != CRS_OK || is_done)
            return status;
        status = about.skipped[0] != '\0' ? note_skipped(w, &about) : note_array(w, &about);
    }
    return status;
}

static crs_status add_array(void *ctx, const crs__stored_array *array, crs_error *err)
{
    walk *w = ctx;
    return crs__arrays_take(w->out, w->names.data, array, err);
}

static crs_status read_all(walk *w)
{
    crs__text names = w->names;
    crs_status status =
        crs__budget_foresee(w->file, crs__budget_plus(w->total, w->work), NULL, w->err);
    for (size_t at = 0; at < names.length && status == CRS_OK; at += strlen(names.data + at) + 1) {
        w->names.data = names.data + at;
        status = take_array(w->file, w->names.data, 1, add_array, w, w->err);
        if (status == CRS_ENOENT)
            status = crs__hdf5_child_refuse(w->file, w->err);
    }
    w->names = names;
    return status;
}

crs_status crs__hdf5_read_arrays(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    walk w = {.file = file, .err = err, .out = out};
    crs_status status = note_all(&w);
    if (status == CRS_OK && (w.skipped.failed || w.names.failed))
        status = crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", file->shown);
    if (status == CRS_OK)
        status = read_all(&w);
    crs__free(w.names.data);
    out->skipped = w.skipped.data;
    return status;
}

/* ---- names of classes ------------------------------------------------------------------------------- */

/* 1 where every label is the index of one of n classes. */
static int labels_are_below(const crs_dataset *data, size_t n)
{
    for (size_t i = 0; i < data->n_samples; i++)
        if (!(data->y[i] >= 0 && data->y[i] < (double)n))
            return 0;
    return 1;
}

/* All strings of the answer, in one block with a name for each. */
static crs_status take_strings(const crs__data_file *file, const crs__hdf5_strings *about,
                               crs_error *err, char ***names)
{
    size_t n = (size_t)about->n, length = (size_t)about->length + 1, done = 0, got = 1;
    crs_status status = crs__budget_take(file, n * (length + sizeof *names), NULL, err);
    char *text = NULL, beyond;
    *names = status == CRS_OK ? crs__dataset_names(n, n * length, &text) : NULL;
    if (status == CRS_OK && *names == NULL)
        status = crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", file->shown);
    while (status == CRS_OK && got > 0 && done < n * length) {
        status = crs__hdf5_child_data(file, text + done, n * length - done, &got, err);
        done += got;
    }
    if (status == CRS_OK && done == n * length)
        status = crs__hdf5_child_data(file, &beyond, 1, &got, err);
    if (status == CRS_OK && (done < n * length || got > 0))
        status = crs__hdf5_child_refuse(file, err);
    for (size_t i = 0; status == CRS_OK && i < n; i++) {
        (*names)[i] = text + i * length;
        text[i * length + length - 1] = '\0';
    }
    return status;
}

crs_status crs__hdf5_class_names(const crs__data_file *file, crs_dataset *data, crs_error *err)
{
    crs__hdf5_strings about;
    char **names = NULL;
    size_t n;
    int is_done = 0;
    crs_status status = crs__hdf5_child_ask(file, CRS__HDF5_STRINGS, NULL, err);
    if (status == CRS_OK)
        status = crs__hdf5_child_next(file, CRS__HDF5_STRINGS_ARE, sizeof about, sizeof about,
                                      &about, &n, &is_done, err);
    if (status != CRS_OK || is_done)
        return status;
    if (about.n < 2 || about.n > CRS__LABELS_LIMIT || about.length >= CRS__HDF5_NAME)
        return crs__hdf5_child_refuse(file, err);
    status = take_strings(file, &about, err, &names);
    if (status == CRS_OK && labels_are_below(data, (size_t)about.n)) {
        data->class_names = names;
        data->n_classes = (size_t)about.n;
        return CRS_OK;
    }
    crs__free(names);
    return status;
}
