/*
 * The IDX format (MNIST's): two zero bytes, the type, the number of axes, the length of each
 * axis (4 bytes, big-endian), the elements, big-endian. http://yann.lecun.com/exdb/mnist/,
 * "The IDX file format".
 */
#include "data/arrays_reader.h"
#include "data/dataset.h"

#include <string.h>

#define START 4

/* The element of IDX's type `code`; NULL for none. */
static const crs__element *element_of(unsigned code)
{
    switch (code) {
    case 0x08:
        return crs__element_of(CRS__ELEMENT_UNSIGNED, 1);
    case 0x09:
        return crs__element_of(CRS__ELEMENT_SIGNED, 1);
    case 0x0b:
        return crs__element_of(CRS__ELEMENT_SIGNED, 2);
    case 0x0c:
        return crs__element_of(CRS__ELEMENT_SIGNED, 4);
    case 0x0d:
        return crs__element_of(CRS__ELEMENT_FLOAT, 4);
    case 0x0e:
        return crs__element_of(CRS__ELEMENT_FLOAT, 8);
    default:
        return NULL;
    }
}

int crs__idx_recognises(const unsigned char *head, size_t n)
{
    return n >= START && head[0] == 0 && head[1] == 0 && element_of(head[2]) != NULL &&
           head[3] >= 1 && head[3] <= CRS_ARRAY_MAX_DIMS;
}

static crs_status take_header(crs__bytes *from, crs_error *err, crs__stored_array *out)
{
    unsigned char start[START], axis[4];
    crs_status status = crs__bytes_take(from, start, sizeof start, err);
    if (status != CRS_OK)
        return status;
    if (!crs__idx_recognises(start, sizeof start))
        return crs_error_set(err, CRS_EFORMAT,
                             "%s begins with bytes %02x %02x %02x %02x; expected 00 00, a type "
                             "(08, 09, 0b ... 0e) and 1 to %d axes",
                             from->where, start[0], start[1], start[2], start[3],
                             CRS_ARRAY_MAX_DIMS);
    out->type = element_of(start[2]);
    out->big_endian = 1;
    crs__array_shape_init(&out->shape);
    for (unsigned i = 0; i < start[3] && status == CRS_OK; i++) {
        status = crs__bytes_take(from, axis, sizeof axis, err);
        if (status == CRS_OK)
            status = crs__array_shape_add(&out->shape,
                                          (uint64_t)axis[0] << 24 | (uint64_t)axis[1] << 16 |
                                              (uint64_t)axis[2] << 8 | axis[3],
                                          from->where, err);
    }
    return status;
}

static crs_status idx_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    (void)err;
    add(ctx, crs__dataset_basename(file->path));
    return CRS_OK;
}

static crs_status idx_open(const crs__data_file *file, const char *name, crs__stored_take take,
                           void *ctx, crs_error *err)
{
    crs__bytes_place place;
    crs__bytes bytes;
    crs__stored_array array = {.bytes = &bytes};
    uint64_t claimed;
    crs_status status;
    (void)name;
    crs__bytes_of_file(file, 0, file->shown, &place, &bytes);
    status = take_header(&bytes, err, &array);
    if (status != CRS_OK)
        return status;
    claimed = (uint64_t)array.shape.n * array.type->size;
    if (claimed != file->size - bytes.at)
        return crs_error_set(err, CRS_EFORMAT,
                             "%s claims %llu bytes of %s after its header, but %llu are there",
                             file->shown, (unsigned long long)claimed, array.type->name,
                             (unsigned long long)(file->size - bytes.at));
    array.offset = bytes.at;
    return take(ctx, &array, err);
}

crs_status crs__idx_read_samples(crs__data_job *job, crs_dataset *out)
{
    static const crs__array_source source = {"IDX", "array", 0, idx_list, idx_open, NULL};
    return crs__samples_read(&source, job, out);
}
