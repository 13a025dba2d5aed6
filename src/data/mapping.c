/*
 * Where x lies: in memory, or from a limit on in a file without a name that is mapped, so that
 * the system keeps of it what is in use.
 */
#include "core/memory.h"
#include "data/dataset.h"
#include "data/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void crs__dataset_drop_x(crs_dataset *data)
{
    if (data->mapping.start == NULL) {
        crs__free(data->x);
    } else {
        (void)munmap(data->mapping.start, data->mapping.bytes);
        if (data->mapping.writable)
            (void)close(data->mapping.file);
    }
    memset(&data->mapping, 0, sizeof data->mapping);
    data->x = NULL;
}

static size_t half_of_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages <= 0 || size <= 0 ? SIZE_MAX : (size_t)pages / 2 * (size_t)size;
}

static const char *folder(void)
{
    const char *named = getenv("TMPDIR");
    return named != NULL && named[0] != '\0' ? named : "/tmp";
}

static crs_status refuse_file(int code, crs_error *err)
{
    char shown[CRS__SHOWN_PATH], reason[128];
    crs__shown_path(folder(), shown, sizeof shown);
    crs__data_system_text(code, reason, sizeof reason);
    return crs_error_set(err, CRS_EIO, "no file for data in %s (TMPDIR names another folder): %s",
                         shown, reason);
}

crs_status crs__dataset_open_file(crs_error *err, int *fd)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/crease-XXXXXX", folder());
    *fd = -1;
    if (n < 0 || (size_t)n >= sizeof path)
        return refuse_file(ENAMETOOLONG, err);
    *fd = mkstemp(path);
    if (*fd < 0)
        return refuse_file(errno, err);
    (void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
    (void)unlink(path); /* it goes with the data set, whatever becomes of the program */
    return CRS_OK;
}

static crs_status refuse_memory(const crs_dataset *data, size_t n_samples, crs_error *err)
{
    return crs_error_set(err, CRS_ENOMEM, "not enough memory for %zu samples of %zu features in %s",
                         n_samples, data->n_features, crs_dtype_name(data->dtype));
}

/*
 * A mapping of `bytes` of the data set's file, which is made if it has none, with its disk space:
 * to write to what has none would end the program.
 */
static crs_status map_file(const crs_dataset *data, size_t bytes, crs_error *err,
                           crs_data_mapping *out)
{
    int is_new = data->mapping.start == NULL || !data->mapping.writable;
    int code;
    crs_status status = CRS_OK;
    out->file = data->mapping.file;
    if (is_new)
        status = crs__dataset_open_file(err, &out->file);
    if (status != CRS_OK)
        return status;
    out->bytes = bytes > 0 ? bytes : 1;
    out->writable = 1;
    do {
        code = posix_fallocate(out->file, 0, (off_t)out->bytes);
    } while (code == EINTR);
    out->start = MAP_FAILED;
    if (code == 0) {
        out->start = mmap(NULL, out->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, out->file, 0);
        code = errno;
    }
    if (out->start != MAP_FAILED)
        return CRS_OK;
    if (is_new)
        (void)close(out->file);
    return refuse_file(code, err);
}

/* x of `bytes` in *mapping, or in memory (*x, with mapping->start NULL). */
static crs_status make_x(const crs_dataset *data, size_t n_samples, size_t bytes, size_t limit,
                         crs_error *err, void **x, crs_data_mapping *mapping)
{
    int is_file = data->mapping.start != NULL && data->mapping.writable;
    memset(mapping, 0, sizeof *mapping);
    if (is_file || bytes >= (limit == 0 ? half_of_memory() : limit)) {
        crs_status status = map_file(data, bytes, err, mapping);
        *x = status == CRS_OK ? mapping->start : NULL;
        return status;
    }
    *x = crs__alloc_aligned(bytes, 1);
    return *x == NULL ? refuse_memory(data, n_samples, err) : CRS_OK;
}

/* Put a new x, with what it is to keep of the old one, in the old one's place. */
static void replace_x(crs_dataset *data, size_t kept, void *x, const crs_data_mapping *mapping)
{
    int same_file = mapping->start != NULL && data->mapping.start != NULL && data->mapping.writable;
    if (same_file)
        (void)munmap(data->mapping.start, data->mapping.bytes);
    else if (kept > 0)
        memcpy(x, data->x, kept);
    if (!same_file)
        crs__dataset_drop_x(data);
    data->x = x;
    data->mapping = *mapping;
}

crs_status crs__dataset_reserve(crs_dataset *data, size_t n_samples, size_t limit, crs_error *err)
{
    size_t n_targets = crs__dataset_targets(data), size = crs_dtype_size(data->dtype);
    size_t kept = data->n_samples < n_samples ? data->n_samples : n_samples;
    size_t row = data->n_features * size;
    void *x = NULL;
    double *y;
    crs_data_mapping mapping;
    crs_status status;
    if (data->n_features > (SIZE_MAX >> 1) / size || n_samples > (SIZE_MAX >> 1) / (row + 1) ||
        n_samples > SIZE_MAX / sizeof *y / n_targets)
        return refuse_memory(data, n_samples, err);
    y = crs__alloc(n_samples, n_targets * sizeof *y);
    if (y == NULL)
        return refuse_memory(data, n_samples, err);
    status = make_x(data, n_samples, n_samples * row, limit, err, &x, &mapping);
    if (status != CRS_OK) {
        crs__free(y);
        return status;
    }
    if (kept > 0)
        memcpy(y, data->y, kept * n_targets * sizeof *y);
    crs__free(data->y);
    data->y = y;
    replace_x(data, kept * row, x, &mapping);
    return CRS_OK;
}

crs_status crs__dataset_own(crs_dataset *data, size_t limit, crs_error *err)
{
    size_t bytes = data->n_samples * data->n_features * crs_dtype_size(data->dtype);
    crs_data_mapping mapping;
    void *x;
    crs_status status;
    if (data->mapping.start == NULL || data->mapping.writable)
        return CRS_OK;
    status = make_x(data, data->n_samples, bytes, limit, err, &x, &mapping);
    if (status == CRS_OK)
        replace_x(data, bytes, x, &mapping);
    return status;
}
