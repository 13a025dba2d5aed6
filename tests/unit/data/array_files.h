/*
 * Files of arrays made by hand, byte by byte, so that they can lie; and what reading them
 * must answer.
 */
#ifndef TEST_ARRAY_FILES_H
#define TEST_ARRAY_FILES_H

#include <crease/arrays.h>

#include "cmocka_all.h"
#include "core/memory.h"
#include "unit/data/temporary.h"

/* A file that grows; far larger than any here. */
typedef struct made_file {
    size_t n;
    unsigned char bytes[1 << 16];
} made_file;

static inline void put_bytes(made_file *file, const void *bytes, size_t n)
{
    assert_true(file->n + n <= sizeof file->bytes);
    memcpy(file->bytes + file->n, bytes, n);
    file->n += n;
}

static inline void put_number(made_file *file, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(number >> 8 * i);
        put_bytes(file, &byte, 1);
    }
}

/* A .npy of version 1.0 with the dict `header` and `n` bytes of data. */
static inline void put_npy(made_file *file, const char *header, const void *data, size_t n)
{
    put_bytes(file, "\x93NUMPY\1", 7);
    put_number(file, 0, 1);
    put_number(file, strlen(header), 2);
    put_bytes(file, header, strlen(header));
    put_bytes(file, data, n);
}

/* CRC-32 as in zip (ITU-T V.42, reflected). */
static inline uint32_t crc32_of(const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* One entry of a zip as it is said to be; `data` is what is there. */
typedef struct made_entry {
    const char *name;
    const made_file *data;
    unsigned method;       /* 0 stored, 8 deflated */
    uint64_t stored, size; /* as claimed; 0: data->n */
    uint32_t crc;          /* 0: of data */
    unsigned flags;        /* 1: encrypted */
    int shares;            /* not 0: its bytes are those of the entry before */
} made_entry;

/* APPNOTE.TXT 4.3.7 and 4.3.12: what the local header and the central directory have in common. */
static inline void put_entry_fields(made_file *zip, const made_entry *e)
{
    put_number(zip, 20, 2);
    put_number(zip, e->flags, 2);
    put_number(zip, e->method, 2);
    put_number(zip, 0x00210000, 4);
    put_number(zip, e->crc != 0 ? e->crc : crc32_of(e->data->bytes, e->data->n), 4);
    put_number(zip, e->stored != 0 ? e->stored : e->data->n, 4);
    put_number(zip, e->size != 0 ? e->size : e->data->n, 4);
    put_number(zip, strlen(e->name), 2);
    put_number(zip, 0, 2);
}

static inline void put_zip(made_file *zip, size_t n, const made_entry *entries)
{
    size_t at[16], directory;
    for (size_t i = 0; i < n; i++) {
        at[i] = entries[i].shares ? at[i - 1] : zip->n;
        if (entries[i].shares)
            continue;
        put_bytes(zip, "PK\3\4", 4);
        put_entry_fields(zip, &entries[i]);
        put_bytes(zip, entries[i].name, strlen(entries[i].name));
        put_bytes(zip, entries[i].data->bytes, entries[i].data->n);
    }
    directory = zip->n;
    for (size_t i = 0; i < n; i++) {
        put_bytes(zip, "PK\1\2", 4);
        put_number(zip, 20, 2);
        put_entry_fields(zip, &entries[i]);
        put_number(zip, 0, 8); /* comment, disk, attributes */
        put_number(zip, 0, 2);
        put_number(zip, at[i], 4);
        put_bytes(zip, entries[i].name, strlen(entries[i].name));
    }
    put_bytes(zip, "PK\5\6", 4);
    put_number(zip, 0, 4);
    put_number(zip, n, 2);
    put_number(zip, n, 2);
    put_number(zip, zip->n - directory - 12, 4);
    put_number(zip, directory, 4);
    put_number(zip, 0, 2);
}

/* ---- what reading answers ------------------------------------------------------------ */

static inline crs_status read_made(const char *name, const void *bytes, size_t n, crs_error *err,
                                   crs_arrays *out)
{
    const char *path = temporary_file(name, bytes, n);
    crs_status status;
    memset(err, 0, sizeof *err);
    status = crs_arrays_read(path, err, out);
    assert_int_equal(unlink(path), 0);
    if (status != CRS_OK) {
        assert_true(out->n == 0 && out->array == NULL && out->name == NULL && out->skipped == NULL);
        assert_int_equal(err->status, status);
        assert_true(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
    }
    return status;
}

static inline void accept_file(const char *name, const made_file *file, crs_arrays *out)
{
    crs_error err;
    if (read_made(name, file->bytes, file->n, &err, out) != CRS_OK)
        fail_msg("%s", err.text);
    assert_string_equal(out->name, name);
}

/* Refused with exactly this message, the folder left out. */
static inline void refuse_file(const char *name, const made_file *file, crs_status status,
                               const char *text)
{
    crs_arrays arrays;
    crs_error err;
    crs_status got = read_made(name, file->bytes, file->n, &err, &arrays);
    crs_arrays_release(&arrays);
    assert_string_equal(without_folder(err.text), text);
    assert_int_equal(got, status);
}

/* An array of that name, type, shape and values. */
static inline void assert_array(const crs_arrays *arrays, const char *name, const char *type,
                                size_t n_dims, const size_t *dims, const double *values)
{
    const crs_array *array = crs_arrays_find(arrays, name);
    size_t n = 1;
    assert_non_null(array);
    assert_string_equal(array->type, type);
    assert_int_equal(array->n_dims, n_dims);
    for (size_t i = 0; i < n_dims; i++) {
        assert_int_equal(array->dims[i], dims[i]);
        n *= dims[i];
    }
    assert_int_equal(array->n, n);
    for (size_t i = 0; i < n; i++) /* bits: NaN and -0 too */
        assert_memory_equal(&array->values[i], &values[i], sizeof values[i]);
}

#endif
