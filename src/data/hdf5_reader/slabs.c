/* The values of an array, sent slab by slab. */
#include "core/memory.h"
#include "data/hdf5_reader/file.h"

#include <string.h>

/* Least bytes of a slab: enough that HDF5's own work for each does not count. */
#define SLAB_BYTES ((hsize_t)1 << 20)

/* libhdf5's buffer for values on their way from one type to another. */
#define CONVERSION_BYTES ((uint64_t)2 << 20)

/*
 * How an array is cut: for each index of the axes before `axis`, `rows` rows of that axis at once.
 * What is in chunks is cut along the first axis by whole chunks, so that none is unpacked twice.
 */
typedef struct cutting {
    hid_t memory; /* the type that is sent */
    size_t size;
    int axis;
    hsize_t rows, row_bytes;
    uint64_t work;
} cutting;

const crs__element *crs__hdf5_sent_as(const crs__element *e, hid_t *memory)
{
    *memory = H5T_IEEE_F64LE;
    if (e->kind == CRS__ELEMENT_UNSIGNED && e->size == 1)
        *memory = H5T_STD_U8LE;
    else if (e->kind == CRS__ELEMENT_FLOAT && e->size == 4)
        *memory = H5T_IEEE_F32LE;
    else if (e->kind == CRS__ELEMENT_SIGNED && e->size == 8)
        *memory = H5T_STD_I64LE;
    else if (e->kind == CRS__ELEMENT_UNSIGNED && e->size == 8)
        *memory = H5T_STD_U64LE;
    else /* where others would take more room or lose digits */
        return crs__element_of(CRS__ELEMENT_FLOAT, 8);
    return e;
}

/* a * b, or the largest number there is. */
static uint64_t times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* Bytes of a chunk in the file's type, 0 where the array is in none; its rows. */
static uint64_t measure_chunk(const crs__hdf5_array *a, hsize_t *rows)
{
    hsize_t chunk[CRS__HDF5_RANK] = {1};
    hid_t plist = H5Dget_create_plist(a->id);
    uint64_t bytes = 0;
    if (plist >= 0 && H5Pget_layout(plist) == H5D_CHUNKED &&
        H5Pget_chunk(plist, CRS__HDF5_RANK, chunk) == a->rank && a->rank > 0) {
        bytes = a->element->size;
        for (int i = 0; i < a->rank; i++)
            bytes = times(bytes, chunk[i]);
        *rows = chunk[0];
    }
    if (plist >= 0)
        (void)H5Pclose(plist);
    return bytes;
}

static cutting cut(const crs__hdf5_array *a)
{
    cutting c = {.rows = 1};
    uint64_t chunk, slab;
    hsize_t least;
    c.size = crs__hdf5_sent_as(a->element, &c.memory)->size;
    chunk = measure_chunk(a, &c.rows);
    c.row_bytes = c.size;
    for (int i = 1; i < a->rank; i++)
        c.row_bytes = times(c.row_bytes, a->shape[i]);
    while (chunk == 0 && c.axis + 1 < a->rank && c.row_bytes > SLAB_BYTES) {
        c.axis++;
        c.row_bytes /= a->shape[c.axis];
    }
    least = SLAB_BYTES / c.row_bytes + 1;
    if (c.rows < least)
        c.rows *= (least + c.rows - 1) / c.rows;
    if (a->rank > 0 && c.rows > a->shape[c.axis])
        c.rows = a->shape[c.axis];
    slab = times(c.rows, c.row_bytes);
    /* a chunk is there packed and unpacked at once */
    c.work = times(chunk, 2);
    c.work = c.work > UINT64_MAX / 2 || slab > UINT64_MAX / 2 ? UINT64_MAX
                                                              : c.work + slab + CONVERSION_BYTES;
    return c;
}

uint64_t crs__hdf5_slab_work(const crs__hdf5_array *a)
{
    return a->n == 0 ? 0 : cut(a).work;
}

/* Read the slab that begins at `start` into `buffer`, and send it. */
static crs_status send_slab(crs__hdf5_file *f, const crs__hdf5_array *a, const cutting *c,
                            hid_t space, const hsize_t *start, hsize_t rows, void *buffer)
{
    hsize_t count[CRS__HDF5_RANK];
    hid_t memory;
    herr_t failed = -1;
    for (int i = 0; i < a->rank; i++)
        count[i] = i < c->axis ? 1 : i == c->axis ? rows : a->shape[i];
    memory = H5Screate_simple(a->rank, count, NULL);
    if (memory >= 0 &&
        (a->rank == 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0))
        failed = H5Dread(a->id, c->memory, memory, space, H5P_DEFAULT, buffer);
    if (memory >= 0)
        (void)H5Sclose(memory);
    if (failed < 0)
        return crs__hdf5_refuse(f, "the values of a data set cannot be read");
    return crs__hdf5_send_data(f, (size_t)(rows * c->row_bytes), buffer);
}

/* The next index of the axes before c->axis; 0 after the last one. */
static int next_outer(const crs__hdf5_array *a, const cutting *c, hsize_t *start)
{
    for (int i = c->axis; i-- > 0;) {
        if (++start[i] < a->shape[i])
            return 1;
        start[i] = 0;
    }
    return 0;
}

static crs_status send_all(crs__hdf5_file *f, const crs__hdf5_array *a, const cutting *c,
                           hid_t space, void *buffer)
{
    hsize_t start[CRS__HDF5_RANK] = {0}, n = a->rank == 0 ? 1 : a->shape[c->axis];
    crs_status status = CRS_OK;
    do {
        for (hsize_t row = 0; row < n && status == CRS_OK; row += c->rows) {
            start[c->axis] = row;
            status =
                send_slab(f, a, c, space, start, n - row < c->rows ? n - row : c->rows, buffer);
        }
        start[c->axis] = 0;
    } while (status == CRS_OK && next_outer(a, c, start));
    return status;
}

crs_status crs__hdf5_slab_send(crs__hdf5_file *f, const crs__hdf5_array *a)
{
    cutting c;
    crs_status status;
    hid_t space;
    void *buffer;
    if (a->n == 0)
        return CRS_OK;
    c = cut(a);
    if (c.work > f->max_memory)
        return crs__hdf5_refuse_array(f, a, CRS_ENOMEM, "takes more memory than there is");
    space = H5Dget_space(a->id);
    buffer = crs__alloc((size_t)c.rows, (size_t)c.row_bytes);
    if (buffer == NULL)
        status = crs__hdf5_refuse_array(f, a, CRS_ENOMEM, "takes more memory than there is");
    else if (space < 0)
        status = crs__hdf5_refuse(f, "a data set's shape cannot be read");
    else
        status = send_all(f, a, &c, space, buffer);
    crs__free(buffer);
    if (space >= 0)
        (void)H5Sclose(space);
    return status;
}
