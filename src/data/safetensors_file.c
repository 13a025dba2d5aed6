/* What reading and writing have in common, and a whole file in memory. */
#include "data/safetensors_file.h"

#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "data/bytes.h"

const crs__tensor *crs__safetensors_find(const crs__safetensors *file, const char *name)
{
    size_t from = 0, to = file->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(name, file->by_name[middle]->name);
        if (order == 0)
            return file->by_name[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

const char *crs__safetensors_metadata(const crs__safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}

void crs__tensor_take(const crs__tensor *t, void *out)
{
    size_t size = t->type->size, n = t->n * size;
    unsigned char *to = out;
    const unsigned char *from = t->values;
    for (size_t i = 0; CRS__BIG_ENDIAN && i < n; i++)
        to[i] = from[i / size * size + size - 1 - i % size];
    if (!CRS__BIG_ENDIAN && n > 0)
        memcpy(to, from, n);
}

crs_status crs__safetensors_slurp(const char *path, crs_error *err, size_t *n, void **bytes)
{
    crs__data_state state;
    crs__data_file file;
    crs__bytes_place place;
    crs__bytes from;
    crs_status status = crs__data_open(path, 0, err, &state, &file);
    *bytes = NULL;
    if (status == CRS_OK && !file.is_regular)
        status = crs_error_set(err, CRS_EIO, "%s: is a pipe; expected a file", file.shown);
    if (status == CRS_OK) {
        *n = (size_t)file.size;
        *bytes = crs__alloc(*n + 1, 1);
        if (*bytes == NULL)
            status =
                crs_error_set(err, CRS_ENOMEM, "%s: no memory for its %zu bytes", file.shown, *n);
    }
    if (status == CRS_OK) {
        crs__bytes_of_file(&file, 0, file.shown, &place, &from);
        status = crs__bytes_take(&from, *bytes, *n, err);
    }
    crs__data_close(&file);
    if (status != CRS_OK) {
        crs__free(*bytes);
        *bytes = NULL;
    }
    return status;
}
