/*
 * The HDF5 reader: samples from one data set, labels from another, as in the cat
 * pictures (train_set_x, train_set_y, list_classes).
 */
#include "data/reader.h"

#include <string.h>

/* The signature stands at 0, or behind a user block of 512, 1024, 2048 ... bytes. */
int crs__hdf5_recognises(const unsigned char *head, size_t n)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    for (size_t at = 0; at + sizeof signature <= n; at = at == 0 ? 512 : 2 * at)
        if (memcmp(head + at, signature, sizeof signature) == 0)
            return 1;
    return 0;
}

#if !defined(CRS_HAVE_HDF5) || !CRS_HAVE_HDF5

crs_status crs__hdf5_read(const crs__data_file *file, const crs_data_read_options *options,
                          crs_error *err, crs_dataset *out)
{
    (void)options;
    (void)out;
    return crs_error_set(err, CRS_EUNSUPPORTED,
                         "%s: this build cannot read HDF5; install libhdf5-dev and build again",
                         file->shown);
}

#else

#include "core/memory.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "data/number.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>

/*
 * Compression makes no more than this of a stored byte (deflate: 1032). A file
 * that claims more is damaged or bait, and is refused before memory is asked for.
 */
#define MAX_EXPANSION 2048

/* Bytes of the widest number HDF5 knows, long double; a damaged type may claim gigabytes. */
#define MAX_NUMBER 16

#define MAX_RANK 32 /* HDF5's own limit, H5S_MAX_RANK */
#define MAX_NAME 256

/* A data set in the sense of HDF5: an array with a name. */
typedef struct array {
    hid_t id; /* -1: not open */
    char name[MAX_NAME];
    char shown[CRS__SHOWN_FIELD]; /* the name, fit for messages */
    int rank;
    hsize_t shape[MAX_RANK];
    int is_uint8;
} array;

typedef struct hdf5 {
    const crs__data_file *file;
    const crs_data_read_options *options;
    crs_error *err;
    hid_t id;
    array x, y;
    crs_dataset data;
} hdf5;

/* ---- what HDF5 says ------------------------------------------------------------ */

/* The innermost entry of the error stack is the cause. */
static herr_t take_cause(unsigned depth, const H5E_error2_t *entry, void *arg)
{
    (void)depth;
    if (entry->desc != NULL)
        crs__shown_text(entry->desc, strlen(entry->desc), arg, 128);
    return 0;
}

/* A call of HDF5's has failed. */
static crs_status refuse_library(hdf5 *h, const char *what)
{
    char cause[128] = "unknown cause";
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take_cause, cause);
    (void)H5Eclear2(H5E_DEFAULT);
    return crs_error_set(h->err, CRS_EFORMAT, "%s: %s (HDF5: %s)", h->file->shown, what, cause);
}

static crs_status out_of_memory(hdf5 *h)
{
    return crs_error_set(h->err, CRS_ENOMEM, "%s: not enough memory to read it", h->file->shown);
}

/* ---- finding the data sets ------------------------------------------------------- */

/* 1 where `name` leads to an array of this file; links into other files are left alone. */
static int is_array(hdf5 *h, const char *name)
{
    H5L_info_t link;
    hid_t object;
    int result;
    if (H5Lget_info(h->id, name, &link, H5P_DEFAULT) < 0 || link.type == H5L_TYPE_EXTERNAL)
        return 0;
    object = H5Oopen(h->id, name, H5P_DEFAULT);
    if (object < 0)
        return 0;
    result = H5Iget_type(object) == H5I_DATASET;
    (void)H5Oclose(object);
    return result;
}

/* The name of entry i of the file if that is an array, else 0. */
static int array_name(hdf5 *h, hsize_t i, char name[MAX_NAME])
{
    ssize_t length =
        H5Lget_name_by_idx(h->id, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, MAX_NAME, H5P_DEFAULT);
    return length > 0 && length < MAX_NAME && is_array(h, name);
}

static hsize_t count_entries(hdf5 *h)
{
    H5G_info_t root;
    return H5Gget_info(h->id, &root) < 0 ? 0 : root.nlinks;
}

static int ends_with(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcmp(name + n - m, suffix) == 0;
}

/* The arrays of the file, for a message: "a, b, c". */
static void list_arrays(hdf5 *h, char *text, size_t size)
{
    char name[MAX_NAME], shown[CRS__SHOWN_FIELD];
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
    return crs_error_set(h->err, CRS_ENOENT,
                         "%s: no data set '%s'; expected one of those there: %s", h->file->shown,
                         wanted, there);
}

/* Open what is at `name`, a path in the file, as an array. */
static crs_status open_array(hdf5 *h, const char *name, array *out)
{
    crs__shown_text(name, strlen(name), out->shown, sizeof out->shown);
    if (strlen(name) >= sizeof out->name || !is_array(h, name))
        return refuse_missing(h, out->shown);
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    out->id = H5Dopen2(h->id, name, H5P_DEFAULT);
    return out->id < 0 ? refuse_library(h, "a data set cannot be opened") : CRS_OK;
}

/* Open the one array whose name ends in `suffix`. */
static crs_status open_suffix(hdf5 *h, const char *suffix, array *out)
{
    char name[MAX_NAME], found[MAX_NAME], there[160];
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
    return crs_error_set(h->err, CRS_EINVAL,
                         "%s: %d data sets end in '%s', say which; there are %s", h->file->shown,
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
    char twin[MAX_NAME];
    if (name != NULL)
        return open_array(h, name, &h->y);
    if (ends_with(h->x.name, "_x")) {
        memcpy(twin, h->x.name, sizeof twin);
        twin[strlen(twin) - 1] = 'y';
        if (is_array(h, twin))
            return open_array(h, twin, &h->y);
    }
    return open_suffix(h, "_y", &h->y);
}

/* ---- shapes and types ---------------------------------------------------------- */

static crs_status refuse_array(hdf5 *h, const array *a, crs_status status, const char *why)
{
    return crs_error_set(h->err, status, "%s: data set '%s' %s", h->file->shown, a->shown, why);
}

/* 1 where an array's values are in this file, not in others beside it. */
static int is_self_contained(hid_t id)
{
    hid_t plist = H5Dget_create_plist(id);
    int result =
        plist >= 0 && H5Pget_external_count(plist) == 0 && H5Pget_layout(plist) != H5D_VIRTUAL;
    if (plist >= 0)
        (void)H5Pclose(plist);
    return result;
}

/* Rank, shape and type of an array of numbers; what it claims to hold must be stored. */
static crs_status inspect(hdf5 *h, array *a)
{
    hid_t space = H5Dget_space(a->id);
    hid_t type = H5Dget_type(a->id);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    size_t size = type < 0 ? 0 : H5Tget_size(type);
    hsize_t stored = H5Dget_storage_size(a->id);
    hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    crs_status status = CRS_OK;
    a->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    if (a->rank < 0 || a->rank > MAX_RANK || count < 0 || size == 0 ||
        H5Sget_simple_extent_dims(space, a->shape, NULL) < 0)
        status = refuse_library(h, "a data set's shape cannot be read");
    else if ((class != H5T_INTEGER && class != H5T_FLOAT && class != H5T_ENUM) || size > MAX_NUMBER)
        status = refuse_array(h, a, CRS_EFORMAT, "holds no numbers");
    else if (!is_self_contained(a->id))
        status = refuse_array(h, a, CRS_EFORMAT, "keeps its values in other files");
    else if (stored > h->file->size || (hsize_t)count / MAX_EXPANSION > stored / size)
        status = refuse_array(h, a, CRS_EFORMAT, "claims more values than the file stores");
    a->is_uint8 = class == H5T_INTEGER && size == 1 && H5Tget_sign(type) == H5T_SGN_NONE;
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    return status;
}

/* x's shape as n_samples and n_features. */
static crs_status measure_samples(hdf5 *h, size_t *n_samples, size_t *n_features)
{
    hsize_t count = 1;
    crs_status status = inspect(h, &h->x);
    if (status != CRS_OK)
        return status;
    if (h->x.rank < 2)
        return crs_error_set(h->err, CRS_ESHAPE,
                             "%s: data set '%s' has %d axes; expected samples by features",
                             h->file->shown, h->x.shown, h->x.rank);
    for (int i = 0; i < h->x.rank; i++) {
        if (h->x.shape[i] == 0)
            return refuse_array(h, &h->x, CRS_ESHAPE, "is empty; expected samples by features");
        if (h->x.shape[i] > SIZE_MAX / sizeof(double) / count)
            return refuse_array(h, &h->x, CRS_ENOMEM, "is larger than memory");
        count *= h->x.shape[i];
    }
    *n_samples = (size_t)h->x.shape[0];
    *n_features = (size_t)(count / h->x.shape[0]);
    if (h->options->like != NULL && h->options->like->n_features != *n_features)
        return crs_error_set(h->err, CRS_ESHAPE,
                             "%s: %zu features; expected %zu, as in the training data",
                             h->file->shown, *n_features, h->options->like->n_features);
    return CRS_OK;
}

/* y must hold one number a sample: [n], [n, 1] or [1, n]. */
static crs_status measure_labels(hdf5 *h, size_t n_samples)
{
    const array *y = &h->y;
    hsize_t count = 1;
    crs_status status = inspect(h, &h->y);
    if (status != CRS_OK)
        return status;
    if (!(y->rank == 1 || (y->rank == 2 && (y->shape[0] == 1 || y->shape[1] == 1))))
        return crs_error_set(h->err, CRS_ESHAPE,
                             "%s: data set '%s' has %d axes; expected one label a sample",
                             h->file->shown, y->shown, y->rank);
    for (int i = 0; i < y->rank; i++)
        count *= y->shape[i]; /* all but one are 1 */
    if (count != n_samples)
        return crs_error_set(h->err, CRS_ESHAPE,
                             "%s: '%s' has %llu labels, but '%s' has %zu samples; expected as many",
                             h->file->shown, y->shown, (unsigned long long)count, h->x.shown,
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
        return refuse_library(h, "the samples cannot be read");
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
                return crs_error_set(h->err, CRS_ENONFINITE,
                                     "%s: '%s' has %s at sample %zu, feature %zu (from 0); "
                                     "expected finite %s",
                                     h->file->shown, h->x.shown, isnan(value) ? "NaN" : "infinity",
                                     i, j, crs_dtype_name(h->data.dtype));
        }
    }
    return CRS_OK;
}

static crs_status read_samples(hdf5 *h)
{
    hid_t memory = h->data.dtype == CRS_F64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    if (h->x.is_uint8)
        return read_pixels(h, h->data.n_samples * h->data.n_features);
    if (H5Dread(h->x.id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, h->data.x) < 0)
        return refuse_library(h, "the samples cannot be read");
    return check_finite(h);
}

/* Labels into y, checked one by one; whole numbers, unless values were asked for. */
static crs_status read_labels(hdf5 *h, crs__labels *labels)
{
    double *y = h->data.y;
    crs_error cause;
    crs_status status = CRS_OK;
    if (H5Dread(h->y.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, y) < 0)
        return refuse_library(h, "the labels cannot be read");
    for (size_t i = 0; i < h->data.n_samples; i++) {
        if (!isfinite(y[i]))
            status = crs_error_set(&cause, CRS_ENONFINITE, "label is not finite");
        else if (labels->kind != CRS_TARGET_VALUES && y[i] != floor(y[i]))
            status = crs_error_set(&cause, CRS_EPARSE,
                                   "label %.15g; expected the whole number of a class", y[i]);
        else
            status = crs__labels_add_number(labels, y[i], &cause, &y[i]);
        if (status != CRS_OK)
            return crs_error_set(h->err, status, "%s: '%s', sample %zu (from 0): %s",
                                 h->file->shown, h->y.shown, i, cause.text);
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
        status = refuse_library(h, "list_classes cannot be read");
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
    hsize_t n[MAX_RANK] = {0};
    hid_t set, space, type;
    crs_status status = CRS_OK;
    if (h->options->like != NULL || h->options->target_kind == CRS_TARGET_VALUES ||
        !is_array(h, "list_classes"))
        return CRS_OK;
    set = H5Dopen2(h->id, "list_classes", H5P_DEFAULT);
    space = set < 0 ? -1 : H5Dget_space(set);
    type = set < 0 ? -1 : H5Dget_type(set);
    if (space >= 0 && type >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Tis_variable_str(type) == 0 && H5Tget_size(type) < MAX_NAME &&
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
                   h->x.is_uint8 ? " (uint8, divided by 255)" : "", h->y.shown, kind);
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
                                       crs__dataset_basename(h->file->path), &cause, &h->data);
        if (status != CRS_OK)
            return crs_error_set(h->err, status, "%s: %s", h->file->shown, cause.text);
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
            return crs_error_set(h->err, status, "%s: '%s': %s", h->file->shown, h->y.shown,
                                 cause.text);
    }
    return status == CRS_OK ? describe(h) : status;
}

static crs_status open_file(hdf5 *h)
{
    if (!h->file->is_regular)
        return crs_error_set(h->err, CRS_EIO, "%s: is a pipe; HDF5 needs a file", h->file->shown);
    if (h->file->size == 0)
        return crs_error_set(h->err, CRS_EFORMAT, "%s: is empty; expected an HDF5 file",
                             h->file->shown);
    h->id = H5Fopen(h->file->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return h->id < 0 ? refuse_library(h, "cannot be opened as an HDF5 file") : CRS_OK;
}

crs_status crs__hdf5_read(const crs__data_file *file, const crs_data_read_options *options,
                          crs_error *err, crs_dataset *out)
{
    H5E_auto2_t printer = NULL;
    void *printer_data = NULL;
    crs__number_locale locale;
    crs__labels labels;
    crs_status status;
    hdf5 h;
    memset(&h, 0, sizeof h);
    h.file = file;
    h.options = options;
    h.err = err;
    h.id = h.x.id = h.y.id = -1;
    if (crs__number_enter(&locale) != 0)
        return out_of_memory(&h);
    /* HDF5 prints its error stack to stderr unless told not to */
    (void)H5Eget_auto2(H5E_DEFAULT, &printer, &printer_data);
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    status = crs__labels_init(&labels, options->target_kind, options->like, err);
    if (status == CRS_OK)
        status = open_file(&h);
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
    if (h.id >= 0)
        (void)H5Fclose(h.id);
    crs__labels_release(&labels);
    (void)H5Eset_auto2(H5E_DEFAULT, printer, printer_data);
    crs__number_leave(&locale);
    return status;
}

#endif
