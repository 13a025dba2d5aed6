#include "core/arguments.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "data/reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef CRS_HAVE_HDF5
#define CRS_HAVE_HDF5 0
#endif
#ifndef CRS_HAVE_ZIP
#define CRS_HAVE_ZIP 0
#endif

static const crs__data_reader readers[] = {
    {{"csv", ".csv .tsv .txt", "text, a sample a line, the target in one column or more", NULL},
     NULL,
     crs__csv_read},
    {{"npy", ".npy", "one array of NumPy's, samples by features", NULL},
     crs__npy_recognises,
     crs__npy_read_samples},
    {{"npz", ".npz", "arrays of NumPy's: X with y, x_train with y_train",
      CRS_HAVE_ZIP ? NULL : "libzip-dev"},
     crs__npz_recognises,
     crs__npz_read_samples},
    {{"idx", ".idx -ubyte", "pictures, and labels in a file of their own (MNIST)", NULL},
     crs__idx_recognises,
     crs__idx_read_samples},
    {{"hdf5", ".h5 .hdf5", "samples in ..._x, labels in ..._y (the cat pictures)",
      CRS_HAVE_HDF5 ? NULL : "libhdf5-dev"},
     crs__hdf5_recognises,
     crs__hdf5_read_samples},
    {{"safetensors", ".safetensors", "tensors: X with y, ..._x with ..._y", NULL},
     crs__safetensors_recognises,
     crs__safetensors_read_samples},
};
#define N_READERS (sizeof readers / sizeof readers[0])
#define CSV_READER (&readers[0])

const crs_data_format *crs_data_format_at(size_t i)
{
    return i < N_READERS ? &readers[i].format : NULL;
}

void crs_data_read_options_init(crs_data_read_options *out)
{
    if (out == NULL)
        return;
    memset(out, 0, sizeof *out);
    out->dtype = CRS_F64;
    out->scale_bytes = 1;
}

static void list_formats(char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < N_READERS; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, size - used, "%s%s (%s)", i ? ", " : "", readers[i].format.name,
                       readers[i].format.extensions);
    }
}

static crs_status find_format(const char *name, crs_error *err, const crs__data_reader **out)
{
    char formats[240];
    for (size_t i = 0; i < N_READERS; i++) {
        if (strcmp(readers[i].format.name, name) == 0) {
            *out = &readers[i];
            return CRS_OK;
        }
    }
    list_formats(formats, sizeof formats);
    return crs_error_set(err, CRS_ENOENT, "no file format '%.40s'; expected %s", name, formats);
}

/* By what is in the file, else by its name, else CSV if it looks like text. */
static crs_status choose(const crs__data_file *file, crs_error *err, const crs__data_reader **out)
{
    unsigned char head[CRS__DATA_HEAD];
    char formats[240], name[4096];
    size_t n;
    crs_status status = crs__data_head(file, head, err, &n);
    int length = snprintf(name, sizeof name, "%s", file->path);
    if (status != CRS_OK)
        return status;
    if (file->is_unpacked && length > 3 && (size_t)length < sizeof name &&
        crs__data_has_extension(name, ".gz"))
        name[length - 3] = '\0';
    for (size_t i = 0; i < N_READERS; i++) {
        if (readers[i].recognises != NULL && readers[i].recognises(head, n)) {
            *out = &readers[i];
            return CRS_OK;
        }
    }
    for (size_t i = 0; i < N_READERS; i++) {
        if (crs__data_has_extension(name, readers[i].format.extensions)) {
            *out = &readers[i];
            return CRS_OK;
        }
    }
    if (memchr(head, '\0', n) == NULL) {
        *out = CSV_READER;
        return CRS_OK;
    }
    list_formats(formats, sizeof formats);
    return crs_error_set(err, CRS_EFORMAT, "%s: is of no known format; expected %s", file->shown,
                         formats);
}

/* Open `path` and read a part of it; `job` needs its options, its part and its err. */
static crs_status read_part(const char *path, const char *format, crs__data_job *job,
                            crs_dataset *out)
{
    unsigned char head[CRS__DATA_HEAD];
    size_t n = 0;
    const crs__data_reader *reader = NULL;
    crs__data_state state;
    crs__data_file file;
    crs_status status = crs__data_open(path, job->options->max_memory, job->err, &state, &file);
    if (status == CRS_OK)
        status = crs__data_head(&file, head, job->err, &n);
    if (status == CRS_OK && crs__gz_recognises(head, n))
        status = crs__gz_unpack(&file, job->err);
    if (status == CRS_OK && format != NULL)
        status = find_format(format, job->err, &reader);
    else if (status == CRS_OK)
        status = choose(&file, job->err, &reader);
    job->file = &file;
    if (status == CRS_OK)
        status = reader->read(job, out);
    job->file = NULL;
    crs__data_close(&file);
    return status;
}

/* ---- the target in a file of its own -------------------------------------------------------- */

/* The targets of the samples that `out` holds: its y says which rows of the file they are. */
static crs_status take_targets(crs_dataset *from, crs_error *err, crs_dataset *out)
{
    size_t k = crs__dataset_targets(from), n = out->n_samples;
    double *y = crs__alloc(n, k * sizeof *y);
    if (y == NULL)
        return crs_error_set(err, CRS_ENOMEM, "not enough memory for %zu targets", n);
    for (size_t i = 0; i < n; i++)
        memcpy(y + i * k, from->y + (size_t)out->y[i] * k, k * sizeof *y);
    crs__free(out->y);
    out->y = y;
    out->n_targets = from->n_targets;
    out->n_classes = from->n_classes;
    out->class_names = from->class_names;
    out->target_names = from->target_names;
    from->class_names = from->target_names = NULL;
    return CRS_OK;
}

static crs_status read_targets(const crs__data_job *features, const char *shown, crs__data_job *job,
                               crs_dataset *out)
{
    const char *path = job->options->target_path;
    char target_shown[CRS__SHOWN_PATH], target[sizeof job->target];
    crs_dataset targets;
    crs_status status;
    memset(&targets, 0, sizeof targets);
    job->part = CRS__DATA_TARGETS;
    job->n_expected = features->n_rows;
    status = read_part(path, NULL, job, &targets);
    if (status == CRS_OK && job->n_rows + 1 == features->n_rows && targets.target_names != NULL &&
        job->options->header == CRS_CSV_HEADER_AUTO) { /* no header then, but a name of a class */
        crs_data_read_options headless = *job->options;
        headless.header = CRS_CSV_HEADER_NO;
        job->options = &headless;
        crs_dataset_release(&targets);
        status = read_part(path, NULL, job, &targets);
        job->options = features->options;
    }
    crs__shown_path(path, target_shown, sizeof target_shown);
    if (status == CRS_OK && job->n_rows != features->n_rows)
        status = crs_error_set(job->err, CRS_ESHAPE,
                               "%s: has %zu targets, but %s has %zu samples; expected as many",
                               target_shown, job->n_rows, shown, features->n_rows);
    if (status == CRS_OK)
        status = take_targets(&targets, job->err, out);
    crs_dataset_release(&targets);
    memcpy(target, job->target, sizeof target);
    (void)snprintf(job->target, sizeof job->target, "%.40s from %.40s", target,
                   crs__dataset_basename(target_shown));
    return status;
}

/* There is no target: y is 0, and what it would be is as in the training data. */
static crs_status leave_targets(const crs_data_read_options *options, crs_error *err,
                                crs_dataset *out)
{
    const crs_dataset *like = options->like;
    size_t k = like == NULL ? 1 : crs__dataset_targets(like);
    crs__free(out->y);
    out->y = crs__alloc(out->n_samples, k * sizeof *out->y);
    out->n_targets = k;
    out->n_classes = like == NULL ? 0 : like->n_classes;
    if (out->y != NULL && out->n_classes > 0 && like->class_names != NULL &&
        (out->class_names = crs__dataset_copy_names(like->n_classes, like->class_names)) == NULL)
        return crs_error_set(err, CRS_ENOMEM, "not enough memory for the classes' names");
    return out->y != NULL ? CRS_OK
                          : crs_error_set(err, CRS_ENOMEM, "not enough memory for %zu targets",
                                          out->n_samples);
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* What the reader said, then the target and what is learned. */
static crs_status describe(const crs__data_job *job, size_t n_rows, crs_error *err,
                           crs_dataset *out)
{
    crs__text text = {0};
    char classes[80];
    crs__labels_describe(out, classes, sizeof classes);
    crs__text_append(&text, "%s", out->description);
    if (job->target[0] == '\0')
        crs__text_append(&text, ", no target");
    else
        crs__text_append(&text, ", %s, %s", job->target, classes);
    if (n_rows != out->n_samples)
        crs__text_append(&text, "; %zu of %zu rows left out, as they lack a value",
                         n_rows - out->n_samples, n_rows);
    crs__free(out->description);
    out->description = text.data;
    return text.failed ? crs_error_set(err, CRS_ENOMEM, "not enough memory to describe the data")
                       : CRS_OK;
}

crs_status crs_data_read(const char *path, const crs_data_read_options *options, crs_error *err,
                         crs_dataset *out)
{
    if (path == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    crs_data_read_options defaults;
    crs__data_job job = {.err = err}, features;
    char shown[CRS__SHOWN_PATH];
    crs_status status;
    memset(out, 0, sizeof *out);
    crs_data_read_options_init(&defaults);
    job.options = options == NULL ? &defaults : options;
    options = job.options;
    if (crs_dtype_size(options->dtype) == 0)
        return crs_error_set(err, CRS_EINVAL, "the dtype to read is neither f32 nor f64");
    if (options->target_path != NULL || (options->target != NULL && options->target[0] == '\0'))
        job.part = CRS__DATA_FEATURES;
    status = read_part(path, options->format, &job, out);
    features = job;
    crs__shown_path(path, shown, sizeof shown);
    if (status == CRS_OK && options->target_path != NULL)
        status = read_targets(&features, shown, &job, out);
    else if (status == CRS_OK && job.part == CRS__DATA_FEATURES)
        status = leave_targets(options, err, out);
    if (status == CRS_OK)
        status = describe(&job, features.n_rows, err, out);
    if (status != CRS_OK)
        crs_dataset_release(out);
    return status;
}
