/* The safetensors format, written; data/safetensors.c says what it is. */
#include "data/safetensors_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "data/json_text.h"

#define PREFIX 8

static int compare_tensors(const void *left, const void *right)
{
    const crs__tensor *a = *(const crs__tensor *const *)left;
    const crs__tensor *b = *(const crs__tensor *const *)right;
    if (a->type->size != b->type->size)
        return a->type->size > b->type->size ? -1 : 1;
    return strcmp(a->name, b->name);
}

static size_t tensor_bytes(const crs__tensor *t)
{
    size_t n = t->type->size;
    for (size_t i = 0; i < t->n_dims; i++)
        n *= t->dims[i];
    return n;
}

static void put_tensor(crs__text *header, const crs__tensor *t, size_t *at)
{
    size_t end = *at + tensor_bytes(t);
    crs__json_put_string(header, t->name);
    crs__text_append(header, ":{\"dtype\":\"%s\",\"shape\":[", t->type->safetensors);
    for (size_t i = 0; i < t->n_dims; i++)
        crs__text_append(header, i == 0 ? "%zu" : ",%zu", t->dims[i]);
    crs__text_append(header, "],\"data_offsets\":[%zu,%zu]}", *at, end);
    *at = end;
}

static void put_header(crs__text *header, size_t n, const crs__tensor *const *order,
                       size_t n_metadata, const crs__metadata *metadata)
{
    size_t at = 0;
    crs__text_append(header, "{");
    for (size_t i = 0; i < n_metadata; i++) {
        crs__text_append(header, i == 0 ? "\"__metadata__\":{" : ",");
        crs__json_put_string(header, metadata[i].key);
        crs__text_append(header, ":");
        crs__json_put_string(header, metadata[i].value);
    }
    if (n_metadata > 0)
        crs__text_append(header, n > 0 ? "}," : "}");
    for (size_t i = 0; i < n; i++) {
        put_tensor(header, order[i], &at);
        crs__text_append(header, i + 1 < n ? "," : "");
    }
    crs__text_append(header, "}");
    while (!header->failed && header->length % PREFIX != 0)
        crs__text_append(header, " ");
}

static crs_status put_prefix(size_t length, const crs_sink *sink)
{
    unsigned char prefix[PREFIX];
    for (size_t i = 0; i < PREFIX; i++)
        prefix[i] = (unsigned char)((uint64_t)length >> 8 * i);
    return sink->write(sink->ctx, prefix, sizeof prefix);
}

/* The elements, in pieces where their bytes must be turned round. */
static crs_status put_values(const crs__tensor *t, const crs_sink *sink)
{
    unsigned char piece[4096];
    size_t n = tensor_bytes(t), step = CRS__BIG_ENDIAN ? sizeof piece / 8 * t->type->size : n;
    const char *from = t->values;
    crs_status status = CRS_OK;
    for (size_t done = 0; done < n && status == CRS_OK; done += step) {
        size_t now = n - done < step ? n - done : step;
        crs__tensor part = {.type = t->type, .n = now / t->type->size, .values = from + done};
        if (CRS__BIG_ENDIAN)
            crs__tensor_take(&part, piece);
        status = sink->write(sink->ctx, CRS__BIG_ENDIAN ? (const void *)piece : from + done, now);
    }
    return status;
}

crs_status crs__safetensors_write(size_t n, const crs__tensor *tensors, size_t n_metadata,
                                  const crs__metadata *metadata, const crs_sink *sink,
                                  crs_error *err)
{
    const crs__tensor **order = crs__alloc(n + 1, sizeof *order);
    crs__text header = {0};
    crs_status status = CRS_ENOMEM;
    for (size_t i = 0; order != NULL && i < n; i++)
        order[i] = &tensors[i];
    if (order != NULL) {
        qsort(order, n, sizeof *order, compare_tensors);
        put_header(&header, n, order, n_metadata, metadata);
    }
    if (order == NULL || header.failed) {
        (void)crs_error_set(err, CRS_ENOMEM, "no memory to write the tensors");
    } else if (header.length > CRS__SAFETENSORS_HEADER) {
        status = crs_error_set(err, CRS_EINVAL, "a header of %zu bytes; expected at most %zu",
                               header.length, CRS__SAFETENSORS_HEADER);
    } else {
        status = put_prefix(header.length, sink);
        if (status == CRS_OK)
            status = sink->write(sink->ctx, header.data, header.length);
        for (size_t i = 0; i < n && status == CRS_OK; i++)
            status = put_values(order[i], sink);
        if (status != CRS_OK)
            (void)crs_error_set(err, status, "the tensors could not be written");
    }
    crs__free(header.data);
    crs__free(order);
    return status;
}
