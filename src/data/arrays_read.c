#include "data/arrays_reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "data/dataset.h"

#ifndef CRS_HAVE_ZIP
#define CRS_HAVE_ZIP 0
#endif
#ifndef CRS_HAVE_HDF5
#define CRS_HAVE_HDF5 0
#endif

static const crs__arrays_reader readers[] = {
    {{"npz", ".npz", "several arrays with their names, as np.savez writes them",
      CRS_HAVE_ZIP ? NULL : "libzip-dev"},
     crs__npz_recognises,
     crs__npz_read},
    {{"npy", ".npy", "one array, as np.save writes it", NULL},
     crs__npy_recognises,
     crs__npy_read_file},
    {{"hdf5", ".h5 .hdf5 .mat", "every array of numbers; MATLAB's since v7.3",
      CRS_HAVE_HDF5 ? NULL : "libhdf5-dev"},
     crs__hdf5_recognises,
     crs__hdf5_read_arrays},
    {{"safetensors", ".safetensors", "every tensor of a model", NULL},
     crs__safetensors_recognises,
     crs__safetensors_read},
};
#define N_READERS (sizeof readers / sizeof readers[0])

const crs_arrays_format *crs_arrays_format_at(size_t i)
{
    return i < N_READERS ? &readers[i].format : NULL;
}

/* Files that people save arrays in and that are not read, and what to do instead. */
static const char *known_stranger(const unsigned char *head, size_t n)
{
    static const char mat5[] = "MATLAB 5";
    if (n >= sizeof mat5 - 1 && memcmp(head, mat5, sizeof mat5 - 1) == 0)
        return "is a MATLAB file of before v7.3; save it with save(..., '-v7.3')";
    if (n >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5)
        return "is a Python pickle, and to read it is to run code from it; save with np.savez";
    return NULL;
}

/* By what is in the file, else by its name, so that a damaged one is called so. */
static crs_status choose(const crs__data_file *file, crs_error *err, const crs__arrays_reader **out)
{
    unsigned char head[CRS__DATA_HEAD];
    size_t n;
    const char *stranger;
    char formats[160] = "";
    crs_status status = crs__data_head(file, head, err, &n);
    if (status != CRS_OK)
        return status;
    stranger = known_stranger(head, n);
    for (size_t i = 0; i < N_READERS; i++) {
        if (readers[i].recognises(head, n)) {
            *out = &readers[i];
            return CRS_OK;
        }
    }
    if (stranger != NULL)
        return crs_error_set(err, CRS_EFORMAT, "%s: %s", file->shown, stranger);
    for (size_t i = 0; i < N_READERS; i++) {
        size_t used = strlen(formats);
        if (crs__data_has_extension(file->path, readers[i].format.extensions)) {
            *out = &readers[i];
            return CRS_OK;
        }
        (void)snprintf(formats + used, sizeof formats - used, "%s%s", i ? ", " : "",
                       readers[i].format.extensions);
    }
    return crs_error_set(err, CRS_EFORMAT, "%s: is of no known format; expected one of %s",
                         file->shown, formats);
}

static crs_status read_file(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    const crs__arrays_reader *reader;
    crs_status status;
    if (!file->is_regular)
        return crs_error_set(err, CRS_EIO, "%s: is a pipe; arrays are read from a file",
                             file->shown);
    if (file->size == 0)
        return crs_error_set(err, CRS_EFORMAT, "%s: is empty; expected arrays", file->shown);
    out->name = crs__strdup(crs__dataset_basename(file->path));
    if (out->name == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: no memory for its name", file->shown);
    status = choose(file, err, &reader);
    return status == CRS_OK ? reader->read(file, err, out) : status;
}

void crs_arrays_read_options_init(crs_arrays_read_options *out)
{
    if (out == NULL)
        return;
    memset(out, 0, sizeof *out);
}

crs_status crs_arrays_read_with(const char *path, const crs_arrays_read_options *options,
                                crs_error *err, crs_arrays *out)
{
    if (path == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    crs__data_state state;
    crs__data_file file;
    crs_status status;
    memset(out, 0, sizeof *out);
    status = crs__data_open(path, options == NULL ? 0 : options->max_memory, err, &state, &file);
    if (status == CRS_OK)
        status = read_file(&file, err, out);
    if (status != CRS_OK)
        crs_arrays_release(out);
    crs__data_close(&file);
    return status;
}

crs_status crs_arrays_read(const char *path, crs_error *err, crs_arrays *out)
{
    if (path == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    return crs_arrays_read_with(path, NULL, err, out);
}
