/*
 * The safetensors format: the length of the header (8 bytes, little-endian), the header
 * (JSON: of each tensor dtype, shape and where its bytes are), the bytes, without gap or
 * overlap. https://huggingface.co/docs/safetensors, "Format".
 */
#include "core/memory.h"
#include "data/arrays_reader.h"
#include "data/json_read.h"
#include "data/safetensors_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX 8

int crs__safetensors_recognises(const unsigned char *head, size_t n)
{
    return n > PREFIX && head[PREFIX] == '{' && (head[4] | head[5] | head[6] | head[7]) == 0;
}

#define MAX_HEADER CRS__SAFETENSORS_HEADER

typedef struct tensor {
    const char *name; /* the header's */
    const crs__element *type;
    crs__array_shape shape;
    uint64_t begin, end;
    char where[CRS__ARRAYS_WHERE];
} tensor;

typedef struct reader {
    const crs__data_file *file;
    const unsigned char *memory; /* the file's bytes, or NULL: they are read from it */
    crs_error *err;
    crs__json_document header;
    size_t header_size;
    size_t n;
    tensor *tensors;
} reader;

/* ---- the header --------------------------------------------------------------------- */

/* The first bytes of the file, as many as it is known to have. */
static crs_status take_start(const reader *r, size_t from, size_t n, void *into)
{
    crs__bytes_place place;
    crs__bytes bytes;
    if (r->memory != NULL) {
        memcpy(into, r->memory + from, n);
        return CRS_OK;
    }
    crs__bytes_of_file(r->file, from, r->file->shown, &place, &bytes);
    return crs__bytes_take(&bytes, into, n, r->err);
}

static crs_status take_header(reader *r, char **text)
{
    unsigned char length[PREFIX];
    uint64_t n = 0;
    crs_status status;
    if (r->file->size < PREFIX)
        return crs_error_set(r->err, CRS_EFORMAT, "%s ends after %llu bytes; expected a header",
                             r->file->shown, (unsigned long long)r->file->size);
    status = take_start(r, 0, sizeof length, length);
    if (status != CRS_OK)
        return status;
    for (size_t i = 0; i < PREFIX; i++)
        n |= (uint64_t)length[i] << 8 * i;
    if (n > r->file->size - PREFIX || n > MAX_HEADER)
        return crs_error_set(
            r->err, CRS_EFORMAT, "%s claims a header of %llu bytes; expected at most %llu",
            r->file->shown, (unsigned long long)n,
            (unsigned long long)(r->file->size - PREFIX < MAX_HEADER ? r->file->size - PREFIX
                                                                     : MAX_HEADER));
    r->header_size = (size_t)n;
    *text = crs__alloc(r->header_size, 1);
    if (*text == NULL)
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its header", r->file->shown);
    return take_start(r, PREFIX, r->header_size, *text);
}

static crs_status parse_header(reader *r)
{
    char *text = NULL;
    crs__json_fault fault;
    crs_status status = take_header(r, &text);
    if (status == CRS_OK) {
        status = crs__json_read(text, r->header_size, &r->header, &fault);
        if (status == CRS_ENOMEM)
            (void)crs_error_set(r->err, status, "%s: no memory for its header", r->file->shown);
        else if (status != CRS_OK)
            (void)crs_error_set(r->err, status,
                                "%s: the header is no JSON: expected %s, at byte %zu",
                                r->file->shown, fault.expected, PREFIX + fault.at);
        else if (!crs__json_is(r->header.values, CRS__JSON_OBJECT))
            status = crs_error_set(r->err, CRS_EFORMAT, "%s: the header is no JSON object",
                                   r->file->shown);
    }
    crs__free(text);
    return status;
}

/* ---- one tensor of it ------------------------------------------------------------------ */

static crs_status refuse_tensor(const reader *r, const tensor *t, const char *why)
{
    return crs_error_set(r->err, CRS_EFORMAT, "%s %s", t->where, why);
}

static crs_status take_type(const reader *r, tensor *t, const crs__json *about)
{
    const crs__json *dtype = crs__json_member(about, "dtype");
    const char *code;
    char shown[CRS__SHOWN_FIELD];
    if (!crs__json_is(dtype, CRS__JSON_STRING))
        return refuse_tensor(r, t, "has no dtype");
    code = dtype->as.string;
    t->type = crs__element_find(CRS__ELEMENT_SAFETENSORS, code);
    crs__shown_text(code, strlen(code), shown, sizeof shown);
    if (t->type == NULL)
        return crs_error_set(r->err, CRS_EUNSUPPORTED,
                             "%s has dtype '%s'; expected F64, F32, F16, BF16, I64 ... U8 or BOOL",
                             t->where, shown);
    return CRS_OK;
}

static int take_count(const crs__json *value, uint64_t *out)
{
    if (!crs__json_is(value, CRS__JSON_INTEGER) || value->as.integer < 0)
        return 0;
    *out = (uint64_t)value->as.integer;
    return 1;
}

static crs_status take_shape(const reader *r, tensor *t, const crs__json *shape)
{
    uint64_t dim;
    if (!crs__json_is(shape, CRS__JSON_ARRAY))
        return refuse_tensor(r, t, "has no shape");
    crs__array_shape_init(&t->shape);
    for (const crs__json *one = crs__json_first(shape); one != NULL;
         one = crs__json_next(shape, one)) {
        crs_status status;
        if (!take_count(one, &dim))
            return refuse_tensor(r, t, "has a shape that is no list of whole numbers");
        status = crs__array_shape_add(&t->shape, dim, t->where, r->err);
        if (status != CRS_OK)
            return status;
    }
    return CRS_OK;
}

static crs_status take_tensor(const reader *r, tensor *t, const crs__json *about)
{
    const crs__json *offsets = crs__json_member(about, "data_offsets");
    uint64_t data = r->file->size - PREFIX - r->header_size;
    crs_status status = take_type(r, t, about);
    if (status == CRS_OK)
        status = take_shape(r, t, crs__json_member(about, "shape"));
    if (status != CRS_OK)
        return status;
    if (!crs__json_is(offsets, CRS__JSON_ARRAY) || offsets->n != 2 ||
        !take_count(offsets + 1, &t->begin) || !take_count(offsets + 2, &t->end))
        return refuse_tensor(r, t, "has no data_offsets of two whole numbers");
    if (t->begin > t->end || t->end > data)
        return crs_error_set(
            r->err, CRS_EFORMAT,
            "%s claims bytes %llu to %llu, but the file has %llu behind its header", t->where,
            (unsigned long long)t->begin, (unsigned long long)t->end, (unsigned long long)data);
    if (t->end - t->begin != (uint64_t)t->shape.n * t->type->size)
        return crs_error_set(r->err, CRS_EFORMAT,
                             "%s takes %llu bytes, but %zu numbers of %s take %llu", t->where,
                             (unsigned long long)(t->end - t->begin), t->shape.n, t->type->name,
                             (unsigned long long)((uint64_t)t->shape.n * t->type->size));
    return CRS_OK;
}

/* In the order of their bytes; those without any by name. */
static int compare_tensors(const void *left, const void *right)
{
    const tensor *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return strcmp(a->name, b->name);
}

static crs_status take_tensors(reader *r)
{
    const crs__json *all = r->header.values;
    r->tensors = crs__alloc(all->n, sizeof *r->tensors);
    if (r->tensors == NULL)
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its tensors", r->file->shown);
    for (const crs__json *about = crs__json_first(all); about != NULL;
         about = crs__json_next(all, about)) {
        const char *name = about->key;
        tensor *t = &r->tensors[r->n];
        char shown[CRS__SHOWN_FIELD];
        crs_status status;
        if (strcmp(name, "__metadata__") == 0)
            continue;
        t->name = name;
        crs__shown_text(name, strlen(name), shown, sizeof shown);
        (void)snprintf(t->where, sizeof t->where, "%s: tensor '%s'", r->file->shown, shown);
        status = take_tensor(r, t, about);
        if (status != CRS_OK)
            return status;
        r->n++;
    }
    qsort(r->tensors, r->n, sizeof *r->tensors, compare_tensors);
    return CRS_OK;
}

/* The tensors' bytes follow one another, up to the file's end. */
static crs_status check_cover(const reader *r)
{
    uint64_t at = 0, data = r->file->size - PREFIX - r->header_size;
    for (size_t i = 0; i < r->n; i++) {
        const tensor *t = &r->tensors[i];
        if (t->begin != at)
            return crs_error_set(r->err, CRS_EFORMAT, "%s begins at byte %llu, where %s at %llu",
                                 t->where, (unsigned long long)t->begin,
                                 t->begin < at ? "the one before it still goes on: it ends"
                                               : "a gap lies behind the one before it, which ends",
                                 (unsigned long long)at);
        at = t->end;
    }
    if (at == data)
        return CRS_OK;
    return crs_error_set(r->err, CRS_EFORMAT,
                         "%s: %llu bytes behind the header belong to no tensor", r->file->shown,
                         (unsigned long long)(data - at));
}

static crs_status open_tensor(const reader *r, const tensor *t, crs__stored_take take, void *ctx)
{
    crs__bytes_place place;
    crs__bytes bytes;
    crs__stored_array array = {.type = t->type, .shape = t->shape, .bytes = &bytes};
    array.offset = PREFIX + r->header_size + t->begin;
    crs__bytes_of_file(r->file, array.offset, t->where, &place, &bytes);
    return take(ctx, &array, r->err);
}

/* The header, checked as a whole; to be closed in any case. */
static crs_status open_file(const crs__data_file *file, const void *memory, crs_error *err,
                            reader *r)
{
    crs_status status;
    memset(r, 0, sizeof *r);
    r->file = file;
    r->memory = memory;
    r->err = err;
    status = parse_header(r);
    if (status == CRS_OK)
        status = take_tensors(r);
    return status == CRS_OK ? check_cover(r) : status;
}

static void close_file(reader *r)
{
    crs__free(r->tensors);
    crs__json_release(&r->header);
}

/* ---- every tensor, and one of them ------------------------------------------------------- */

typedef struct adding {
    crs_arrays *out;
    const char *name;
} adding;

static crs_status add_array(void *ctx, const crs__stored_array *array, crs_error *err)
{
    const adding *a = ctx;
    return crs__arrays_take(a->out, a->name, array, err);
}

crs_status crs__safetensors_read(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    reader r;
    uint64_t total = 0;
    crs_status status = open_file(file, NULL, err, &r);
    for (size_t i = 0; i < r.n && status == CRS_OK; i++)
        total = crs__budget_plus(total, crs__budget_times(r.tensors[i].shape.n, sizeof(double)));
    if (status == CRS_OK)
        status = crs__budget_foresee(file, total, NULL, err);
    for (size_t i = 0; i < r.n && status == CRS_OK; i++) {
        adding a = {out, r.tensors[i].name};
        status = open_tensor(&r, &r.tensors[i], add_array, &a);
    }
    close_file(&r);
    return status;
}

static crs_status list_tensors(const crs__data_file *file, crs__name_add add, void *ctx,
                               crs_error *err)
{
    reader r;
    crs_status status = open_file(file, NULL, err, &r);
    for (size_t i = 0; i < r.n && status == CRS_OK; i++)
        add(ctx, r.tensors[i].name);
    close_file(&r);
    return status;
}

static crs_status open_named(const crs__data_file *file, const char *name, crs__stored_take take,
                             void *ctx, crs_error *err)
{
    reader r;
    crs_status status = open_file(file, NULL, err, &r);
    size_t i = 0;
    while (status == CRS_OK && i < r.n && strcmp(r.tensors[i].name, name) != 0)
        i++;
    if (status == CRS_OK)
        status = i < r.n ? open_tensor(&r, &r.tensors[i], take, ctx) : CRS_ENOENT;
    close_file(&r);
    return status;
}

crs_status crs__safetensors_read_samples(crs__data_job *job, crs_dataset *out)
{
    static const crs__array_source source = {"safetensors", "tensor",   1,
                                             list_tensors,  open_named, NULL};
    return crs__samples_read(&source, job, out);
}

/* ---- in memory, with metadata ---------------------------------------------------------- */

static crs_status take_metadata(const reader *r, crs__safetensors *out)
{
    const crs__json *all = crs__json_member(r->header.values, "__metadata__");
    if (all != NULL && all->kind != CRS__JSON_OBJECT)
        return crs_error_set(r->err, CRS_EFORMAT, "%s: its __metadata__ is no JSON object",
                             r->file->shown);
    out->metadata = crs__alloc(all == NULL ? 0 : all->n, sizeof *out->metadata);
    if (out->metadata == NULL)
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its metadata", r->file->shown);
    for (const crs__json *one = crs__json_first(all); one != NULL; one = crs__json_next(all, one)) {
        char shown[CRS__SHOWN_FIELD];
        crs__shown_text(one->key, strlen(one->key), shown, sizeof shown);
        if (one->kind != CRS__JSON_STRING)
            return crs_error_set(r->err, CRS_EFORMAT, "%s: its metadata '%s' is no text",
                                 r->file->shown, shown);
        out->metadata[out->n_metadata++] = (crs__metadata){one->key, one->as.string};
    }
    return CRS_OK;
}

static int compare_names(const void *left, const void *right)
{
    const crs__tensor *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static crs_status give_tensors(const reader *r, crs__safetensors *out)
{
    out->tensors = crs__alloc(r->n, sizeof *out->tensors);
    out->by_name = crs__alloc(r->n, sizeof *out->by_name);
    if (out->tensors == NULL || out->by_name == NULL)
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its tensors", r->file->shown);
    for (size_t i = 0; i < r->n; i++) {
        const tensor *from = &r->tensors[i];
        crs__tensor *t = &out->tensors[out->n++];
        t->name = from->name;
        t->type = from->type;
        t->n_dims = from->shape.n_dims;
        memcpy(t->dims, from->shape.dims, sizeof t->dims);
        t->n = from->shape.n;
        t->values = r->memory + PREFIX + r->header_size + from->begin;
        out->by_name[i] = t;
    }
    qsort(out->by_name, out->n, sizeof *out->by_name, compare_names);
    return CRS_OK;
}

crs_status crs__safetensors_load(size_t n, const void *bytes, const char *name, crs_error *err,
                                 crs__safetensors *out)
{
    crs__data_file file = {.fd = -1, .path = name, .size = n};
    reader r;
    crs_status status;
    memset(out, 0, sizeof *out);
    crs__shown_path(name, file.shown, sizeof file.shown);
    status = open_file(&file, bytes, err, &r);
    if (status == CRS_OK)
        status = take_metadata(&r, out);
    if (status == CRS_OK)
        status = give_tensors(&r, out);
    out->header = r.header;
    crs__free(r.tensors);
    if (status != CRS_OK)
        crs__safetensors_release(out);
    return status;
}

void crs__safetensors_release(crs__safetensors *file)
{
    crs__json_release(&file->header);
    crs__free(file->tensors);
    crs__free(file->by_name);
    crs__free(file->metadata);
    memset(file, 0, sizeof *file);
}
