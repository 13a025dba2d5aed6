/*
 * The driver through which libhdf5 sees the one file that it is given: a descriptor that is open,
 * or bytes in memory. Other files cannot be opened: whatever a link or a data set names.
 */
#include "core/memory.h"
#include "data/hdf5_reader/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct opened {
    H5FD_t head; /* HDF5's, first */
    const crs__hdf5_stored *stored;
    haddr_t end; /* of what HDF5 takes for allocated */
} opened;

static const crs__hdf5_stored *offered;
static unsigned n_refused;

static H5FD_t *open_offered(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    opened *file;
    (void)name;
    (void)access;
    (void)most;
    if (offered == NULL || (flags & H5F_ACC_RDWR) != 0) {
        n_refused++;
        return NULL;
    }
    file = crs__alloc(1, sizeof *file);
    if (file == NULL)
        return NULL;
    file->stored = offered;
    offered = NULL;
    return &file->head;
}

static herr_t close_opened(H5FD_t *file)
{
    crs__free(file);
    return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const opened *)file)->end;
}

static herr_t set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end)
{
    (void)type;
    ((opened *)file)->end = end;
    return 0;
}

static haddr_t get_size(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const opened *)file)->stored->size;
}

/* Up to n bytes at `at`; 0 at the end, below 0 where the file cannot be read. */
static ssize_t take(const crs__hdf5_stored *from, uint64_t at, size_t n, void *into)
{
    ssize_t got;
    if (at >= from->size)
        return 0;
    if (n > from->size - at)
        n = (size_t)(from->size - at);
    if (from->bytes != NULL) {
        memcpy(into, (const char *)from->bytes + at, n);
        return (ssize_t)n;
    }
    do {
        got = pread(from->fd, into, n, (off_t)at);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* What lies behind the end of the file is zero, as HDF5's own driver has it. */
static herr_t read_opened(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                          void *into)
{
    char *out = into;
    (void)type;
    (void)transfer;
    if (at == HADDR_UNDEF || at > INT64_MAX || n > INT64_MAX - at)
        return -1;
    while (n > 0) {
        ssize_t got = take(((const opened *)file)->stored, at, n, out);
        if (got < 0)
            return -1;
        if (got == 0) {
            memset(out, 0, n);
            break;
        }
        out += got;
        at += (haddr_t)got;
        n -= (size_t)got;
    }
    return 0;
}

static herr_t write_nothing(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                            const void *from)
{
    (void)file;
    (void)type;
    (void)transfer;
    (void)at;
    (void)n;
    (void)from;
    return -1;
}

static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600, /* from 512 on they are free for all */
#endif
    .name = "crease",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = open_offered,
    .close = close_opened,
    .query = query,
    .get_eoa = get_end,
    .set_eoa = set_end,
    .get_eof = get_size,
    .read = read_opened,
    .write = write_nothing,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t crs__hdf5_driver_offer(const crs__hdf5_stored *file)
{
    hid_t id = H5FDregister(&driver), access = H5Pcreate(H5P_FILE_ACCESS);
    offered = file;
    n_refused = 0;
    if (id >= 0 && access >= 0 && H5Pset_driver(access, id, NULL) >= 0) {
        (void)H5FDunregister(id); /* the properties hold on to it */
        return access;
    }
    if (id >= 0)
        (void)H5FDunregister(id);
    if (access >= 0)
        (void)H5Pclose(access);
    return -1;
}

void crs__hdf5_driver_close(hid_t access)
{
    offered = NULL;
    if (access >= 0)
        (void)H5Pclose(access);
}

unsigned crs__hdf5_driver_refused(void)
{
    return n_refused;
}
