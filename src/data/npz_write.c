/* Arrays into an .npz. */
#include "data/arrays_reader.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "core/memory.h"
#include "core/text.h"

/* The elements begin at a multiple of this, so that they can be mapped (numpy/lib/format.py). */
#define NPY_ALIGN 64

/* 1 January 1980, 0:00, as MS-DOS wrote it: the same arrays give the same bytes. */
#define DOS_DATE 0x21

/* Magic, version 1.0, length, header: in `text`. */
static void describe(const crs_array *array, int is_single, crs__text *text)
{
    crs__text dict = {0};
    size_t padded;
    crs__text_append(&dict, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                     is_single ? "<f4" : "<f8");
    for (size_t i = 0; i < array->n_dims; i++)
        crs__text_append(&dict, "%s%zu%s", i > 0 ? " " : "", array->dims[i],
                         i + 1 < array->n_dims || array->n_dims == 1 ? "," : "");
    crs__text_append(&dict, "), }");
    padded = (10 + dict.length + 1 + NPY_ALIGN - 1) / NPY_ALIGN * NPY_ALIGN - 10;
    if (!dict.failed)
        crs__text_append(text, "\x93NUMPY%c%c%c%c%s%*s\n", 1, 0, (int)(padded & 0xff),
                         (int)(padded >> 8), dict.data, (int)(padded - dict.length - 1), "");
    text->failed |= dict.failed;
    crs__free(dict.data);
}

static void put_little_endian(uint64_t bits, size_t size, unsigned char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (unsigned char)(bits >> 8 * i);
}

/* A block of crs__alloc with the .npy of `array`, NULL without memory. */
static unsigned char *make_npy(const crs_array *array, size_t *size)
{
    int is_single = strcmp(array->type, "float32") == 0;
    size_t width = is_single ? 4 : 8;
    crs__text head = {0};
    unsigned char *block;
    describe(array, is_single, &head);
    *size = head.length + array->n * width;
    block = head.failed ? NULL : crs__alloc(*size, 1);
    if (block != NULL)
        memcpy(block, head.data, head.length);
    for (size_t i = 0; block != NULL && i < array->n; i++) {
        float single = (float)array->values[i];
        uint32_t narrow;
        uint64_t wide;
        memcpy(&narrow, &single, sizeof narrow);
        memcpy(&wide, &array->values[i], sizeof wide);
        put_little_endian(is_single ? narrow : wide, width, block + head.length + i * width);
    }
    crs__free(head.data);
    return block;
}

/* 0 where libzip or memory failed. The block lives in blocks[i] until the zip is closed. */
static int add_array(zip_t *zip, const crs_array *array, unsigned char **block)
{
    crs__text name = {0};
    zip_source_t *source = NULL;
    zip_int64_t at = -1;
    size_t size = 0;
    *block = make_npy(array, &size);
    crs__text_append(&name, "%s.npy", array->name);
    if (*block != NULL && !name.failed)
        source = zip_source_buffer(zip, *block, size, 0);
    if (source != NULL) {
        at = zip_file_add(zip, name.data, source, ZIP_FL_ENC_UTF_8);
        if (at < 0)
            zip_source_free(source);
    }
    crs__free(name.data);
    return at >= 0 && zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)at, 0, DOS_DATE, 0) == 0;
}

/* What is in the buffer that the zip was written to. */
static crs_status pass_on(zip_source_t *buffer, const crs_sink *sink, crs_error *err)
{
    unsigned char chunk[4096];
    zip_int64_t n = 0;
    crs_status status = CRS_OK;
    if (zip_source_open(buffer) != 0)
        return crs_error_set(err, CRS_ENOMEM, "no memory to write the arrays");
    while (status == CRS_OK && (n = zip_source_read(buffer, chunk, sizeof chunk)) > 0)
        status = sink->write(sink->ctx, chunk, (size_t)n);
    (void)zip_source_close(buffer);
    if (status != CRS_OK)
        return crs_error_set(err, status, "the arrays could not be written");
    return n == 0 ? CRS_OK : crs_error_set(err, CRS_ENOMEM, "no memory to write the arrays");
}

/* An empty zip is what libzip does not write. */
static crs_status write_empty(const crs_sink *sink, crs_error *err)
{
    static const unsigned char end[22] = {'P', 'K', 5, 6};
    crs_status status = sink->write(sink->ctx, end, sizeof end);
    return status == CRS_OK ? status
                            : crs_error_set(err, status, "the arrays could not be written");
}

crs_status crs__npz_write(const crs_arrays *arrays, const crs_sink *sink, crs_error *err)
{
    unsigned char **blocks;
    zip_source_t *buffer;
    zip_t *zip = NULL;
    crs_status status = CRS_ENOMEM;
    size_t n = 0;
    if (arrays->n == 0)
        return write_empty(sink, err);
    blocks = crs__alloc(arrays->n, sizeof *blocks);
    buffer = blocks == NULL ? NULL : zip_source_buffer_create(NULL, 0, 0, NULL);
    if (buffer != NULL) {
        zip = zip_open_from_source(buffer, ZIP_TRUNCATE, NULL);
        if (zip == NULL)
            zip_source_free(buffer);
        else
            zip_source_keep(buffer);
    }
    while (zip != NULL && n < arrays->n && add_array(zip, &arrays->array[n], &blocks[n]))
        n++;
    if (zip != NULL && n == arrays->n && zip_close(zip) == 0)
        status = pass_on(buffer, sink, err);
    else if (zip != NULL)
        zip_discard(zip);
    if (zip != NULL)
        zip_source_free(buffer);
    for (size_t i = 0; blocks != NULL && i < arrays->n; i++)
        crs__free(blocks[i]);
    crs__free(blocks);
    return status == CRS_ENOMEM ? crs_error_set(err, CRS_ENOMEM, "no memory to write the arrays")
                                : status;
}
