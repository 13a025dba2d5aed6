#include "data/reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef CRS_HAVE_HDF5
#define CRS_HAVE_HDF5 0
#endif

static const crs__data_reader readers[] = {
    {{"csv", ".csv .tsv .txt", "text, a sample a line, the label in one column", NULL},
     NULL,
     crs__csv_read},
    {{"hdf5", ".h5 .hdf5", "samples in ..._x, labels in ..._y (the cat pictures)",
      CRS_HAVE_HDF5 ? NULL : "libhdf5-dev"},
     crs__hdf5_recognises,
     crs__hdf5_read},
};
#define N_READERS (sizeof readers / sizeof readers[0])
#define CSV_READER (&readers[0])

const crs_data_format *crs_data_format_at(size_t i)
{
    return i < N_READERS ? &readers[i].format : NULL;
}

void crs_data_read_options_init(crs_data_read_options *out)
{
    memset(out, 0, sizeof *out);
    out->dtype = CRS_F64;
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
    char formats[160];
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
    char formats[160];
    size_t n = 0;
    if (file->is_regular) { /* what is read from a pipe is gone */
        ssize_t got = pread(file->fd, head, sizeof head, 0);
        n = got > 0 ? (size_t)got : 0; /* a failing disk is the reader's to report */
    }
    for (size_t i = 0; i < N_READERS; i++) {
        if (readers[i].recognises != NULL && readers[i].recognises(head, n)) {
            *out = &readers[i];
            return CRS_OK;
        }
    }
    for (size_t i = 0; i < N_READERS; i++) {
        if (crs__data_has_extension(file->path, readers[i].format.extensions)) {
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

crs_status crs_data_read(const char *path, const crs_data_read_options *options, crs_error *err,
                         crs_dataset *out)
{
    crs_data_read_options defaults;
    const crs__data_reader *reader = NULL;
    crs__data_file file;
    crs_status status;
    memset(out, 0, sizeof *out);
    crs_data_read_options_init(&defaults);
    if (options == NULL)
        options = &defaults;
    if (crs_dtype_size(options->dtype) == 0)
        return crs_error_set(err, CRS_EINVAL, "the dtype to read is neither f32 nor f64");
    status = crs__data_open(path, err, &file);
    if (status == CRS_OK && options->format != NULL)
        status = find_format(options->format, err, &reader);
    else if (status == CRS_OK)
        status = choose(&file, err, &reader);
    if (status == CRS_OK)
        status = reader->read(&file, options, err, out);
    if (file.fd >= 0)
        (void)close(file.fd);
    return status;
}
