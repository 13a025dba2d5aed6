/*
 * Any file is read as arrays, whole, or refused. The contents choose the format, and where
 * they say nothing the first byte does.
 */
#include <crease/arrays.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(int condition)
{
    if (!condition)
        abort();
}

#define N_NAMES 5

/* The same five files again and again, with other bytes. */
static const char *file_of(unsigned which, const uint8_t *bytes, size_t n)
{
    static const char *const extensions[N_NAMES] = {".npz", ".npy", ".safetensors", ".h5", ""};
    static char path[N_NAMES][48];
    FILE *file;
    if (path[which][0] == '\0')
        (void)snprintf(path[which], sizeof path[which], "/tmp/crease-fuzz-%ld%s", (long)getpid(),
                       extensions[which]);
    file = fopen(path[which], "wb");
    must(file != NULL);
    must(fwrite(bytes, 1, n, file) == n);
    must(fclose(file) == 0);
    return path[which];
}

static void look_at(const crs_arrays *arrays)
{
    double sum = 0;
    for (size_t i = 0; i < arrays->n; i++) {
        const crs_array *array = &arrays->array[i];
        size_t n = 1;
        must(array->name[0] != '\0' && array->type != NULL);
        must(array->n_dims <= CRS_ARRAY_MAX_DIMS);
        for (size_t k = 0; k < array->n_dims; k++)
            n *= array->dims[k];
        must(n == array->n);
        for (size_t k = 0; k < n; k++)
            sum += array->values[k];
        must(crs_arrays_find(arrays, array->name) == array); /* no two of one name */
    }
    must(sum == sum || sum != sum);
}

static crs_status count(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    *(size_t *)ctx += n;
    return CRS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    crs_arrays arrays;
    crs_error err;
    size_t written = 0;
    if (n == 0)
        return 0;
    if (crs_arrays_read(file_of(bytes[0] % N_NAMES, bytes + 1, n - 1), &err, &arrays) == CRS_OK) {
        look_at(&arrays);
        must(crs_arrays_write_npz(&arrays, &(crs_sink){count, &written}, &err) == CRS_OK);
        must(written > 0);
    } else {
        must(arrays.array == NULL && err.text[0] != '\0');
        must(strchr(err.text, '\n') == NULL);
    }
    crs_arrays_release(&arrays);
    return 0;
}
