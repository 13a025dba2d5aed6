/*
 * An HDF5 file as samples are read from it: its arrays one by one, slab by slab along the first
 * axis, and the names of classes.
 */
#include "core/memory.h"
#include "data/arrays_reader.h"
#include "data/dataset.h"
#include "data/hdf5_file.h"
#include "data/labels.h"

#include <stdio.h>
#include <string.h>

/* Least bytes of a slab: enough that HDF5's own work for each does not count. */
#define SLAB_BYTES ((hsize_t)1 << 20)

typedef struct slabs {
    crs__hdf5_file f;
    crs__hdf5_array a;
    hid_t space, memory; /* of the file; the type in memory */
    hsize_t row, n_rows, rows_a_slab;
    size_t row_bytes;
    unsigned char *buffer;
    size_t at, filled;
} slabs;

/* ---- names ---------------------------------------------------------------------- */

static crs_status open_file(const crs__data_file *file, crs_error *err, crs__hdf5_file *out)
{
    memset(out, 0, sizeof *out);
    out->id = -1;
    if (!file->is_regular)
        return crs_error_set(err, CRS_EIO, "%s: is a pipe; HDF5 needs a file", file->shown);
    if (file->is_unpacked)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: HDF5 is not read from a .gz; unpack it with gunzip", file->shown);
    if (file->size == 0)
        return crs_error_set(err, CRS_EFORMAT, "%s: is empty; expected an HDF5 file", file->shown);
    return crs__hdf5_open(file, err, out);
}

crs_status crs__hdf5_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    char name[CRS__HDF5_NAME];
    crs__hdf5_file f;
    H5G_info_t root;
    crs_status status = open_file(file, err, &f);
    hsize_t n = status == CRS_OK && H5Gget_info(f.id, &root) >= 0 ? root.nlinks : 0;
    for (hsize_t i = 0; i < n; i++) {
        ssize_t length = H5Lget_name_by_idx(f.id, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                            sizeof name, H5P_DEFAULT);
        if (length > 0 && (size_t)length < sizeof name && crs__hdf5_is_array(&f, name))
            add(ctx, name);
    }
    crs__hdf5_close(&f);
    return status;
}

/* ---- elements --------------------------------------------------------------------- */

/* Rows that are read at once: whole chunks, so that none is unpacked twice. */
static hsize_t slab_rows(const slabs *s)
{
    hsize_t chunk[CRS__HDF5_RANK], rows = 1, least = SLAB_BYTES / s->row_bytes + 1;
    hid_t plist = H5Dget_create_plist(s->a.id);
    if (plist >= 0 && H5Pget_layout(plist) == H5D_CHUNKED &&
        H5Pget_chunk(plist, CRS__HDF5_RANK, chunk) > 0)
        rows = chunk[0];
    if (plist >= 0)
        (void)H5Pclose(plist);
    if (rows < least)
        rows *= (least + rows - 1) / rows;
    return rows < s->n_rows ? rows : s->n_rows;
}

static crs_status read_slab(slabs *s)
{
    hsize_t start[CRS__HDF5_RANK] = {0}, count[CRS__HDF5_RANK];
    hsize_t rows = s->n_rows - s->row < s->rows_a_slab ? s->n_rows - s->row : s->rows_a_slab;
    hid_t memory;
    herr_t failed;
    memcpy(count, s->a.shape, sizeof count);
    start[0] = s->row;
    count[0] = rows;
    memory = H5Screate_simple(s->a.rank, count, NULL);
    failed =
        memory < 0 ? -1 : H5Sselect_hyperslab(s->space, H5S_SELECT_SET, start, NULL, count, NULL);
    if (failed >= 0)
        failed = H5Dread(s->a.id, s->memory, memory, s->space, H5P_DEFAULT, s->buffer);
    if (memory >= 0)
        (void)H5Sclose(memory);
    if (failed < 0)
        return crs__hdf5_refuse(&s->f, "the samples cannot be read");
    s->row += rows;
    s->at = 0;
    s->filled = (size_t)rows * s->row_bytes;
    return CRS_OK;
}

static crs_status read_bytes(void *ctx, void *into, size_t n, size_t *got, crs_error *err)
{
    slabs *s = ctx;
    s->f.err = err;
    *got = 0;
    if (s->at == s->filled) {
        crs_status status = s->row < s->n_rows ? read_slab(s) : CRS_OK;
        if (status != CRS_OK || s->at == s->filled)
            return status;
    }
    *got = n < s->filled - s->at ? n : s->filled - s->at;
    memcpy(into, s->buffer + s->at, *got);
    s->at += *got;
    return CRS_OK;
}

/* The type in memory: as in the file where doubles would take more room or lose digits. */
static const crs__element *choose_memory(const crs__element *e, hid_t *memory)
{
    *memory = H5T_IEEE_F64LE;
    if (e != NULL && e->kind == CRS__ELEMENT_UNSIGNED && e->size == 1)
        *memory = H5T_STD_U8LE;
    else if (e != NULL && e->kind == CRS__ELEMENT_FLOAT && e->size == 4)
        *memory = H5T_IEEE_F32LE;
    else if (e != NULL && e->kind == CRS__ELEMENT_SIGNED && e->size == 8)
        *memory = H5T_STD_I64LE;
    else if (e != NULL && e->kind == CRS__ELEMENT_UNSIGNED && e->size == 8)
        *memory = H5T_STD_U64LE;
    else
        return crs__element_of(CRS__ELEMENT_FLOAT, 8);
    return e;
}

static crs_status measure(slabs *s, const char *where, crs_error *err, crs__stored_array *out)
{
    crs_status status = crs__hdf5_inspect(&s->f, &s->a);
    if (status != CRS_OK)
        return status;
    crs__array_shape_init(&out->shape);
    for (int i = 0; i < s->a.rank && status == CRS_OK; i++)
        status = crs__array_shape_add(&out->shape, s->a.shape[i], where, err);
    if (status != CRS_OK)
        return status;
    out->type = choose_memory(s->a.element, &s->memory);
    s->n_rows = s->a.rank == 0 || out->shape.n == 0 ? 0 : s->a.shape[0];
    if (s->n_rows == 0)
        return CRS_OK;
    s->row_bytes = out->shape.n / (size_t)s->n_rows * out->type->size;
    s->rows_a_slab = slab_rows(s);
    s->buffer = crs__alloc((size_t)s->rows_a_slab, s->row_bytes);
    s->space = H5Dget_space(s->a.id);
    if (s->buffer == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", where);
    return s->space < 0 ? crs__hdf5_refuse(&s->f, "a data set's shape cannot be read") : CRS_OK;
}

static crs_status take_array(slabs *s, const char *name, crs__stored_take take, void *ctx,
                             crs_error *err)
{
    char where[CRS__ARRAYS_WHERE];
    crs__bytes bytes = {.read = read_bytes, .ctx = s, .where = where, .is_size_sure = 1};
    crs__stored_array array = {.bytes = &bytes};
    crs_status status;
    if (strlen(name) >= sizeof s->a.name || !crs__hdf5_is_array(&s->f, name))
        return CRS_ENOENT;
    crs__shown_text(name, strlen(name), s->a.shown, sizeof s->a.shown);
    (void)snprintf(where, sizeof where, "%s: data set '%s'", s->f.file->shown, s->a.shown);
    s->a.id = H5Dopen2(s->f.id, name, H5P_DEFAULT);
    if (s->a.id < 0)
        return crs__hdf5_refuse(&s->f, "a data set cannot be opened");
    status = measure(s, where, err, &array);
    return status == CRS_OK ? take(ctx, &array, err) : status;
}

crs_status crs__hdf5_open_array(const crs__data_file *file, const char *name, crs__stored_take take,
                                void *ctx, crs_error *err)
{
    slabs s = {.a.id = -1, .space = -1};
    crs_status status = open_file(file, err, &s.f);
    if (status == CRS_OK)
        status = take_array(&s, name, take, ctx, err);
    crs__free(s.buffer);
    if (s.space >= 0)
        (void)H5Sclose(s.space);
    if (s.a.id >= 0)
        (void)H5Dclose(s.a.id);
    crs__hdf5_close(&s.f);
    return status;
}

/* ---- names of classes ------------------------------------------------------------- */

/* The n strings of `length` bytes in an open array become the class names. */
static crs_status read_strings(crs__hdf5_file *f, hid_t set, hid_t type, size_t n, size_t length,
                               crs_dataset *data)
{
    hid_t memory = H5Tcopy(H5T_C_S1);
    char *text = NULL, **names = crs__dataset_names(n, n * (length + 1), &text);
    crs_status status = CRS_OK;
    if (names == NULL) {
        status =
            crs_error_set(f->err, CRS_ENOMEM, "%s: not enough memory to read it", f->file->shown);
    } else if (memory < 0 || H5Tset_size(memory, length + 1) < 0 ||
               H5Tset_cset(memory, H5Tget_cset(type)) < 0 ||
               H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0) {
        status = crs__hdf5_refuse(f, "list_classes cannot be read");
    }
    if (memory >= 0)
        (void)H5Tclose(memory);
    if (status != CRS_OK) {
        crs__free(names);
        return status;
    }
    for (size_t i = 0; i < n; i++)
        names[i] = text + i * (length + 1);
    data->class_names = names;
    data->n_classes = n;
    return CRS_OK;
}

/* 1 where every label is the index of one of n classes. */
static int labels_are_below(const crs_dataset *data, size_t n)
{
    for (size_t i = 0; i < data->n_samples; i++)
        if (!(data->y[i] >= 0 && data->y[i] < (double)n))
            return 0;
    return 1;
}

/*
 * list_classes, where it is there and names every class of y: strings of fixed
 * length, one a class. Anything else under that name is left alone.
 */
static crs_status take_class_names(crs__hdf5_file *f, crs_dataset *data)
{
    hsize_t n[CRS__HDF5_RANK] = {0};
    hid_t set, space, type;
    crs_status status = CRS_OK;
    if (!crs__hdf5_is_array(f, "list_classes"))
        return CRS_OK;
    set = H5Dopen2(f->id, "list_classes", H5P_DEFAULT);
    space = set < 0 ? -1 : H5Dget_space(set);
    type = set < 0 ? -1 : H5Dget_type(set);
    if (space >= 0 && type >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Tis_variable_str(type) == 0 && H5Tget_size(type) < CRS__HDF5_NAME &&
        H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, n, NULL) >= 0 &&
        n[0] >= 2 && n[0] <= CRS__LABELS_LIMIT && labels_are_below(data, (size_t)n[0]))
        status = read_strings(f, set, type, (size_t)n[0], H5Tget_size(type), data);
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    if (set >= 0)
        (void)H5Dclose(set);
    return status;
}

crs_status crs__hdf5_class_names(const crs__data_file *file, crs_dataset *data, crs_error *err)
{
    crs__hdf5_file f;
    crs_status status = open_file(file, err, &f);
    if (status == CRS_OK)
        status = take_class_names(&f, data);
    crs__hdf5_close(&f);
    return status;
}
