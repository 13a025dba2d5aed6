/*
 * The HDF5 reader: samples from one data set, labels from another, as in the cat
 * pictures (train_set_x, train_set_y, list_classes).
 */
#include "core/memory.h"
#include "data/dataset.h"
#include "data/hdf5_file.h"
#include "data/labels.h"
#include "data/number.h"
#include "data/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct hdf5 {
    crs__hdf5_file f;
    const crs_data_read_options *options;
    crs__hdf5_array x, y;
    crs_dataset data;
} hdf5;

static int is_uint8(const crs__hdf5_array *a)
{
    return a->element != NULL && strcmp(a->element->name, "uint8") == 0;
}

static crs_status out_of_memory(hdf5 *h)
{
    return crs_error_set(h->f.err, CRS_ENOMEM, "%s: not enough memory to read it",
                         h->f.file->shown);
}

/* ---- finding the data sets ------------------------------------------------------- */

/* The name of entry i of the file if that is an array, else 0. */
static int array_name(hdf5 *h, hsize_t i, char name[CRS__HDF5_NAME])
{
    ssize_t length = H5Lget_name_by_idx(h->f.id, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                        CRS__HDF5_NAME, H5P_DEFAULT);
    return length > 0 && length < CRS__HDF5_NAME && crs__hdf5_is_array(&h->f, name);
}

static hsize_t count_entries(hdf5 *h)
{
    H5G_info_t root;
    return H5Gget_info(h->f.id, &root) < 0 ? 0 : root.nlinks;
}

static int ends_with(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcmp(name + n - m, suffix) == 0;
}

/* The arrays of the file, for a message: "a, b, c". */
static void list_arrays(hdf5 *h, char *text, size_t size)
{
    char name[CRS__HDF5_NAME], shown[CRS__SHOWN_FIELD];
    hsize_t n = count_entries(h);
    size_t used = 0;
    (void)snprintf(text, size, "none");
    for (hsize_t i = 0; i < n; i++) {
        if (!array_name(h, i, name))
            continue;
        crs__shown_text(name, strlen(name), shown, sizeof shown);
        if (used + strlen(shown) + sizeof ", , ..." > size) {
            (void)snprintf(text + used, size - used, ", ...");
            return;
        }
        (void)snprintf(text + used, size - used, "%s%s", used ? ", " : "", shown);
        used += strlen(text + used);
    }
}

static crs_status refuse_missing(hdf5 *h, const char *wanted)
{
    char there[160];
    list_arrays(h, there, sizeof there);
    return crs_error_set(h->f.err, CRS_ENOENT,
                         "%s: no data set '%s'; expected one of those there: %s", h->f.file->shown,
                         wanted, there);
}

/* Open what is at `name`, a path in the file, as an array. */
static crs_status open_array(hdf5 *h, const char *name, crs__hdf5_array *out)
{
    crs__shown_text(name, strlen(name), out->shown, sizeof out->shown);
    if (strlen(name) >= sizeof out->name || !crs__hdf5_is_array(&h->f, name))
        return refuse_missing(h, out->shown);
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    out->id = H5Dopen2(h->f.id, name, H5P_DEFAULT);
    return out->id < 0 ? crs__hdf5_refuse(&h->f, "a data set cannot be opened") : CRS_OK;
}

/* Open the one array whose name ends in `suffix`. */
static crs_status open_suffix(hdf5 *h, const char *suffix, crs__hdf5_array *out)
{
    char name[CRS__HDF5_NAME], found[CRS__HDF5_NAME], there[160];
    hsize_t n = count_entries(h);
    int n_found = 0;
    for (hsize_t i = 0; i < n; i++) {
        if (array_name(h, i, name) && ends_with(name, suffix)) {
            memcpy(found, name, sizeof found);
            n_found++;
        }
    }
    if (n_found == 1)
        return open_array(h, found, out);
    if (n_found == 0) {
        (void)snprintf(name, sizeof name, "...%s", suffix);
        return refuse_missing(h, name);
    }
    list_arrays(h, there, sizeof there);
    return crs_error_set(h->f.err, CRS_EINVAL,
                         "%s: %d data sets end in '%s', say which; there are %s", h->f.file->shown,
                         n_found, suffix, there);
}

static crs_status open_samples(hdf5 *h)
{
    const char *name = h->options->features;
    return name != NULL ? open_array(h, name, &h->x) : open_suffix(h, "_x", &h->x);
}

/* train_set_y goes with train_set_x; else the only ..._y there is. */
static crs_status open_labels(hdf5 *h)
{
    const char *name = h->options->target;
    char twin[CRS__HDF5_NAME];
    if (name != NULL)
        return open_array(h, name, &h->y);
    if (ends_with(h->x.name, "_x")) {
        memcpy(twin, h->x.name, sizeof twin);
        twin[strlen(twin) - 1] = 'y';
        if (crs__hdf5_is_array(&h->f, twin))
            return open_array(h, twin, &h->y);
    }
    return open_suffix(h, "_y", &h->y);
}

/* ---- shapes and types ---------------------------------------------------------- */

/* x's shape as n_samples and n_features. */
static crs_status measure_samples(hdf5 *h, size_t *n_samples, size_t *n_features)
{
    hsize_t count = 1;
    crs_status status = crs__hdf5_inspect(&h->f, &h->x);
    if (status != CRS_OK)
        return status;
    if (h->x.rank < 2)
        return crs_error_set(h->f.err, CRS_ESHAPE,
                             "%s: data set '%s' has %d axes; expected samples by features",
                             h->f.file->shown, h->x.shown, h->x.rank);
    for (int i = 0; i < h->x.rank; i++) {
        if (h->x.shape[i] == 0)
            return crs__hdf5_refuse_array(&h->f, &h->x, CRS_ESHAPE,
                                          "is empty; expected samples by features");
        if (h->x.shape[i] > SIZE_MAX / sizeof(double) / count)
            return crs__hdf5_refuse_array(&h->f, &h->x, CRS_ENOMEM, "is larger than memory");
        count *= h->x.shape[i];
    }
    *n_samples = (size_t)h->x.shape[0];
    *n_features = (size_t)(count / h->x.shape[0]);
    if (h->options->like != NULL && h->options->like->n_features != *n_features)
        return crs_error_set(h->f.err, CRS_ESHAPE,
                             "%s: %zu features; expected %zu, as in the training data",
                             h->f.file->shown, *n_features, h->options->like->n_features);
    return CRS_OK;
}

/* y must hold one number a sample: [n], [n, 1] or [1, n]. */
static crs_status measure_labels(hdf5 *h, size_t n_samples)
{
    const crs__hdf5_array *y = &h->y;
    hsize_t count = 1;
    crs_status status = crs__hdf5_inspect(&h->f, &h->y);
    if (status != CRS_OK)
        return status;
    if (!(y->rank == 1 || (y->rank == 2 && (y->shape[0] == 1 || y->shape[1] == 1))))
        return crs_error_set(h->f.err, CRS_ESHAPE,
                             "%s: data set '%s' has %d axes; expected one label a sample",
                             h->f.file->shown, y->shown, y->rank);
    for (int i = 0; i < y->rank; i++)
        count *= y->shape[i]; /* all but one are 1 */
    if (count != n_samples)
        return crs_error_set(h->f.err, CRS_ESHAPE,
                             "%s: '%s' has %llu labels, but '%s' has %zu samples; expected as many",
                             h->f.file->shown, y->shown, (unsigned long long)count, h->x.shown,
                             n_samples);
    return CRS_OK;
}

/* ---- reading --------------------------------------------------------------------- */

/*
 * Pixels: the bytes are read into the last part of x and spread from there to
 * its front. Of `count` elements, element i is written up to byte
 * (i + 1) * size, and the next byte to be read is at count * (size - 1) + i + 1.
 */
static crs_status read_pixels(hdf5 *h, size_t count)
{
    size_t size = crs_dtype_size(h->data.dtype);
    unsigned char *out = h->data.x;
    unsigned char *pixel = out + count * (size - 1);
    if (H5Dread(h->x.id, H5T_NATIVE_UCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, pixel) < 0)
        return crs__hdf5_refuse(&h->f, "the samples cannot be read");
    for (size_t i = 0; i < count; i++) {
        double wide = (double)pixel[i] / 255.0;
        float narrow = (float)pixel[i] / 255.0F;
        memcpy(out + i * size, size == sizeof wide ? (void *)&wide : (void *)&narrow, size);
    }
    return CRS_OK;
}

static crs_status check_finite(hdf5 *h)
{
    for (size_t i = 0; i < h->data.n_samples; i++) {
        for (size_t j = 0; j < h->data.n_features; j++) {
            double value = crs_dataset_x(&h->data, i, j);
            if (!isfinite(value))
                return crs_error_set(h->f.err, CRS_ENONFINITE,
                                     "%s: '%s' has %s at sample %zu, feature %zu (from 0); "
                                     "expected finite %s",
                                     h->f.file->shown, h->x.shown,
                                     isnan(value) ? "NaN" : "infinity", i, j,
                                     crs_dtype_name(h->data.dtype));
        }
    }
    return CRS_OK;
}

static crs_status read_samples(hdf5 *h)
{
    hid_t memory = h->data.dtype == CRS_F64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    if (is_uint8(&h->x))
        return read_pixels(h, h->data.n_samples * h->data.n_features);
    if (H5Dread(h->x.id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, h->data.x) < 0)
        return crs__hdf5_refuse(&h->f, "the samples cannot be read");
    return check_finite(h);
}

/* Labels into y, checked one by one; whole numbers, unless values were asked for. */
static crs_status read_labels(hdf5 *h, crs__labels *labels)
{
    double *y = h->data.y;
    crs_error cause;
    crs_status status = CRS_OK;
    if (H5Dread(h->y.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, y) < 0)
        return crs__hdf5_refuse(&h->f, "the labels cannot be read");
    for (size_t i = 0; i < h->data.n_samples; i++) {
        if (!isfinite(y[i]))
            status = crs_error_set(&cause, CRS_ENONFINITE, "label is not finite");
        else if (labels->kind != CRS_TARGET_VALUES && y[i] != floor(y[i]))
            status = crs_error_set(&cause, CRS_EPARSE,
                                   "label %.15g; expected the whole number of a class", y[i]);
        else
            status = crs__labels_add_number(labels, y[i], &cause, &y[i]);
        if (status != CRS_OK)
            return crs_error_set(h->f.err, status, "%s: '%s', sample %zu (from 0): %s",
                                 h->f.file->shown, h->y.shown, i, cause.text);
    }
    return CRS_OK;
}

/* The n strings of `length` bytes in an open array become the class names. */
static crs_status read_strings(hdf5 *h, hid_t set, hid_t type, size_t n, size_t length)
{
    hid_t memory = H5Tcopy(H5T_C_S1);
    char *text = NULL, **names = crs__dataset_names(n, n * (length + 1), &text);
    crs_status status = CRS_OK;
    if (names == NULL) {
        status = out_of_memory(h);
    } else if (memory < 0 || H5Tset_size(memory, length + 1) < 0 ||
               H5Tset_cset(memory, H5Tget_cset(type)) < 0 ||
               H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0) {
        status = crs__hdf5_refuse(&h->f, "list_classes cannot be read");
    }
    if (memory >= 0)
        (void)H5Tclose(memory);
    if (status != CRS_OK) {
        crs__free(names);
        return status;
    }
    for (size_t i = 0; i < n; i++)
        names[i] = text + i * (length + 1);
    h->data.class_names = names;
    h->data.n_classes = n;
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
static crs_status read_class_names(hdf5 *h)
{
    hsize_t n[CRS__HDF5_RANK] = {0};
    hid_t set, space, type;
    crs_status status = CRS_OK;
    if (h->options->like != NULL || h->options->target_kind == CRS_TARGET_VALUES ||
        !crs__hdf5_is_array(&h->f, "list_classes"))
        return CRS_OK;
    set = H5Dopen2(h->f.id, "list_classes", H5P_DEFAULT);
    space = set < 0 ? -1 : H5Dget_space(set);
    type = set < 0 ? -1 : H5Dget_type(set);
    if (space >= 0 && type >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Tis_variable_str(type) == 0 && H5Tget_size(type) < CRS__HDF5_NAME &&
        H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, n, NULL) >= 0 &&
        n[0] >= 2 && n[0] <= CRS__LABELS_LIMIT && labels_are_below(&h->data, (size_t)n[0]))
        status = read_strings(h, set, type, (size_t)n[0], H5Tget_size(type));
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    if (set >= 0)
        (void)H5Dclose(set);
    return status;
}

/* How the file was understood; the shape of a sample as "64x64x3". */
static crs_status describe(hdf5 *h)
{
    char text[320], shape[96] = "", kind[48] = "values";
    for (int i = 1; i < h->x.rank && strlen(shape) + 24 < sizeof shape; i++)
        (void)snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%s%llu",
                       i > 1 ? "x" : "", (unsigned long long)h->x.shape[i]);
    if (h->data.n_classes > 0)
        (void)snprintf(kind, sizeof kind, "%zu classes", h->data.n_classes);
    (void)snprintf(text, sizeof text, "HDF5: %zu samples of %s from '%s'%s, target '%s', %s",
                   h->data.n_samples, shape, h->x.shown,
                   is_uint8(&h->x) ? " (uint8, divided by 255)" : "", h->y.shown, kind);
    h->data.description = crs__strdup(text);
    return h->data.description == NULL ? out_of_memory(h) : CRS_OK;
}

static crs_status read_file(hdf5 *h, crs__labels *labels)
{
    size_t n_samples = 0, n_features = 0;
    crs_error cause;
    crs_status status = open_samples(h);
    if (status == CRS_OK)
        status = open_labels(h);
    if (status == CRS_OK)
        status = measure_samples(h, &n_samples, &n_features);
    if (status == CRS_OK)
        status = measure_labels(h, n_samples);
    if (status == CRS_OK) {
        status = crs__dataset_allocate(n_samples, n_features, h->options->dtype,
                                       crs__dataset_basename(h->f.file->path), &cause, &h->data);
        if (status != CRS_OK)
            return crs_error_set(h->f.err, status, "%s: %s", h->f.file->shown, cause.text);
    }
    if (status == CRS_OK)
        status = read_samples(h);
    if (status == CRS_OK)
        status = read_labels(h, labels);
    if (status == CRS_OK)
        status = read_class_names(h);
    if (status == CRS_OK && h->data.class_names == NULL) {
        status = crs__labels_finish(labels, &cause, &h->data);
        if (status != CRS_OK)
            return crs_error_set(h->f.err, status, "%s: '%s': %s", h->f.file->shown, h->y.shown,
                                 cause.text);
    }
    return status == CRS_OK ? describe(h) : status;
}

static crs_status open_file(hdf5 *h, const crs__data_file *file, crs_error *err)
{
    if (!file->is_regular)
        return crs_error_set(err, CRS_EIO, "%s: is a pipe; HDF5 needs a file", file->shown);
    if (file->size == 0)
        return crs_error_set(err, CRS_EFORMAT, "%s: is empty; expected an HDF5 file", file->shown);
    return crs__hdf5_open(file, err, &h->f);
}

crs_status crs__hdf5_read(const crs__data_file *file, const crs_data_read_options *options,
                          crs_error *err, crs_dataset *out)
{
    crs__number_locale locale;
    crs__labels labels;
    crs_status status;
    hdf5 h;
    memset(&h, 0, sizeof h);
    h.options = options;
    h.f.id = h.x.id = h.y.id = -1;
    if (crs__number_enter(&locale) != 0)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", file->shown);
    status = crs__labels_init(&labels, options->target_kind, options->like, err);
    if (status == CRS_OK)
        status = open_file(&h, file, err);
    if (status == CRS_OK)
        status = read_file(&h, &labels);
    if (status == CRS_OK)
        *out = h.data;
    else
        crs_dataset_release(&h.data);
    if (h.y.id >= 0)
        (void)H5Dclose(h.y.id);
    if (h.x.id >= 0)
        (void)H5Dclose(h.x.id);
    crs__hdf5_close(&h.f);
    crs__labels_release(&labels);
    crs__number_leave(&locale);
    return status;
}
