/*
 * The .npy format: magic, version, length of the header, the header (a Python dict as
 * text), the elements. NumPy's description: numpy/lib/format.py, "Format Version 1.0"
 * to 3.0, https://numpy.org/neps/nep-0001-npy-format.html.
 */
#include "data/arrays_reader.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "data/dataset.h"

/* NumPy itself reads no longer ones unless told to; those it writes have 118 bytes. */
#define MAX_HEADER 10000

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6

/* What a header says; each of the three must be said, once. */
typedef struct header {
    const char *where;
    crs_error *err;
    const char *begin, *at; /* the text, terminated; how far it is read */
    int has_descr, has_order, has_shape;
    const crs__element *type;
    int big_endian, is_fortran;
    crs__array_shape shape;
} header;

int crs__npy_recognises(const unsigned char *head, size_t n)
{
    return n >= MAGIC_SIZE && memcmp(head, MAGIC, MAGIC_SIZE) == 0;
}

/* ---- the dict ---------------------------------------------------------------------- */

static crs_status expected(header *h, const char *what)
{
    char there[CRS__SHOWN_FIELD];
    crs__shown_text(h->at, strlen(h->at) < 16 ? strlen(h->at) : 16, there, sizeof there);
    return crs_error_set(h->err, CRS_EFORMAT, "%s: the header has '%s' at its byte %zu, not %s",
                         h->where, there, (size_t)(h->at - h->begin), what);
}

/* 1 and past it, where `c` comes next; blanks before it are skipped. */
static int takes(header *h, char c)
{
    h->at += strspn(h->at, " \t\n\r");
    if (*h->at != c)
        return 0;
    h->at++;
    return 1;
}

/* A Python string without escapes; NULL where there is none. It ends in the text's own quote. */
static const char *take_string(header *h, size_t *n)
{
    const char *begin, *end;
    char quote[2] = "'";
    if (!takes(h, '\'')) {
        quote[0] = '"';
        if (!takes(h, '"'))
            return NULL;
    }
    begin = h->at;
    end = strpbrk(begin, quote);
    if (end == NULL)
        return NULL;
    *n = (size_t)(end - begin);
    h->at = end + 1;
    return begin;
}

/* Why an element of NumPy's type `kind` is not read; NULL for a kind that may be. */
static const char *refused_kind(char kind)
{
    switch (kind) {
    case 'O':
        return "holds Python objects (a dict?): to read them is to run code from the file, so save "
               "arrays of numbers alone, and a dict of them as **dict";
    case 'U':
    case 'S':
    case 'a':
        return "holds text; save arrays of numbers alone";
    case 'c':
        return "holds complex numbers, of which a net has none";
    case 'M':
    case 'm':
        return "holds dates or times; save arrays of numbers alone";
    case 'V':
        return "holds raw bytes or records; save each field as an array of its own";
    default:
        return NULL;
    }
}

static crs_status take_descr(header *h)
{
    char code[8], shown[CRS__SHOWN_FIELD];
    const char *text, *why;
    size_t n;
    h->at += strspn(h->at, " \t\n\r");
    if (*h->at == '[')
        return crs_error_set(h->err, CRS_EUNSUPPORTED, "%s %s", h->where, refused_kind('V'));
    text = take_string(h, &n);
    if (text == NULL)
        return expected(h, "a dtype such as '<f8'");
    crs__shown_text(text, n, shown, sizeof shown);
    if (n > 0 && strspn(text, "<>|=") > 0) {
        h->big_endian = text[0] == '>';
        text++;
        n--;
    }
    why = n > 0 ? refused_kind(*text) : NULL;
    if (why != NULL)
        return crs_error_set(h->err, CRS_EUNSUPPORTED, "%s (dtype '%s') %s", h->where, shown, why);
    if (n < sizeof code) {
        (void)snprintf(code, sizeof code, "%.*s", (int)n, text);
        h->type = crs__element_find(CRS__ELEMENT_NPY, strcmp(code, "?") == 0 ? "b1" : code);
    }
    if (h->type == NULL)
        return crs_error_set(h->err, CRS_EUNSUPPORTED,
                             "%s has dtype '%s'; expected numbers of at most 64 bits, or bool",
                             h->where, shown);
    return CRS_OK;
}

static crs_status take_order(header *h)
{
    h->at += strspn(h->at, " \t\n\r");
    if (strncmp(h->at, "True", 4) == 0)
        h->is_fortran = 1;
    else if (strncmp(h->at, "False", 5) != 0)
        return expected(h, "True or False");
    h->at += h->is_fortran ? 4 : 5;
    return CRS_OK;
}

/* (), (3,), (3, 4): each a whole number, with Python 2's L behind it at most. */
static crs_status take_shape(header *h)
{
    if (!takes(h, '('))
        return expected(h, "a shape such as (3, 4)");
    while (!takes(h, ')')) {
        uint64_t dim = 0;
        const char *first = h->at;
        crs_status status;
        for (; *h->at >= '0' && *h->at <= '9'; h->at++) {
            if (dim > (UINT64_MAX - 9) / 10)
                return expected(h, "a shape that any memory holds");
            dim = 10 * dim + (uint64_t)(*h->at - '0');
        }
        if (h->at == first)
            return expected(h, "the length of an axis");
        (void)takes(h, 'L');
        status = crs__array_shape_add(&h->shape, dim, h->where, h->err);
        if (status != CRS_OK)
            return status;
        if (!takes(h, ',') && *h->at != ')')
            return expected(h, "',' or ')'");
    }
    return CRS_OK;
}

static int is_key(const char *text, size_t n, const char *key)
{
    return n == strlen(key) && memcmp(text, key, n) == 0;
}

static crs_status take_entry(header *h)
{
    const char *begin = h->at, *key;
    size_t n = 0;
    int *has;
    crs_status (*take)(header *) = NULL;
    key = take_string(h, &n);
    if (key != NULL && is_key(key, n, "descr")) {
        has = &h->has_descr;
        take = take_descr;
    } else if (key != NULL && is_key(key, n, "fortran_order")) {
        has = &h->has_order;
        take = take_order;
    } else if (key != NULL && is_key(key, n, "shape")) {
        has = &h->has_shape;
        take = take_shape;
    }
    if (take == NULL || *has) {
        h->at = begin;
        return expected(h, "'descr', 'fortran_order' and 'shape', each once");
    }
    *has = 1;
    return takes(h, ':') ? take(h) : expected(h, "':'");
}

static crs_status parse(header *h)
{
    if (!takes(h, '{'))
        return expected(h, "'{'");
    while (!takes(h, '}')) {
        crs_status status = take_entry(h);
        if (status != CRS_OK)
            return status;
        if (!takes(h, ',') && *h->at != '}')
            return expected(h, "',' or '}'");
    }
    if (!takes(h, '\0'))
        return expected(h, "the end of the header");
    if (!h->has_descr || !h->has_order || !h->has_shape)
        return crs_error_set(h->err, CRS_EFORMAT, "%s: the header lacks '%s'", h->where,
                             !h->has_descr   ? "descr"
                             : !h->has_order ? "fortran_order"
                                             : "shape");
    return CRS_OK;
}

/* ---- the file ------------------------------------------------------------------------ */

/* Magic, version and length; then the header's text in `text`, of MAX_HEADER + 1 bytes. */
static crs_status take_header(crs__bytes *from, char *text, crs_error *err)
{
    unsigned char start[MAGIC_SIZE + 2], length[4] = {0};
    size_t n;
    crs_status status = crs__bytes_take(from, start, sizeof start, err);
    if (status != CRS_OK)
        return status;
    if (!crs__npy_recognises(start, sizeof start))
        return crs_error_set(err, CRS_EFORMAT, "%s does not begin as a .npy array does",
                             from->where);
    if (start[MAGIC_SIZE] < 1 || start[MAGIC_SIZE] > 3)
        return crs_error_set(err, CRS_EFORMAT, "%s is .npy of version %d.%d; expected 1.0 to 3.0",
                             from->where, start[MAGIC_SIZE], start[MAGIC_SIZE + 1]);
    status = crs__bytes_take(from, length, start[MAGIC_SIZE] == 1 ? 2 : 4, err);
    if (status != CRS_OK)
        return status;
    n = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 |
        (size_t)length[3] << 24;
    if (n > MAX_HEADER)
        return crs_error_set(err, CRS_EFORMAT, "%s: a header of %zu bytes; expected at most %d",
                             from->where, n, MAX_HEADER);
    status = crs__bytes_take(from, text, n, err);
    text[n] = '\0';
    if (status == CRS_OK && strlen(text) != n)
        return crs_error_set(err, CRS_EFORMAT, "%s: the header has a NUL at its byte %zu",
                             from->where, strlen(text));
    return status;
}

/* What the header claims must be what is there: no less, no more. */
static crs_status check_size(const crs__bytes *from, const header *h, crs_error *err)
{
    uint64_t there = from->size > from->at ? from->size - from->at : 0;
    uint64_t claimed = (uint64_t)h->shape.n * h->type->size;
    if (claimed == there)
        return CRS_OK;
    return crs_error_set(
        err, CRS_EFORMAT, "%s claims %llu bytes of %s after its header, but %llu are there",
        from->where, (unsigned long long)claimed, h->type->name, (unsigned long long)there);
}

crs_status crs__npy_open(crs__bytes *from, crs_error *err, crs__stored_array *out)
{
    header h = {.where = from->where, .err = err};
    char *text = crs__alloc(MAX_HEADER + 1, 1);
    crs_status status;
    if (text == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory for its header", from->where);
    crs__array_shape_init(&h.shape);
    h.begin = h.at = text;
    status = take_header(from, text, err);
    if (status == CRS_OK)
        status = parse(&h);
    crs__free(text);
    if (status == CRS_OK)
        status = check_size(from, &h, err);
    out->type = h.type;
    out->shown = NULL;
    out->big_endian = h.big_endian;
    out->is_fortran = h.is_fortran;
    out->shape = h.shape;
    out->bytes = from;
    out->offset = 0;
    return status;
}

/* The name of a file's only array: the file's, without ".npy". */
static crs_status npy_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    (void)err;
    add(ctx, crs__dataset_basename(file->path));
    return CRS_OK;
}

static crs_status npy_open(const crs__data_file *file, const char *name, crs__stored_take take,
                           void *ctx, crs_error *err)
{
    crs__bytes_place place;
    crs__bytes bytes;
    crs__stored_array array;
    crs_status status;
    (void)name;
    crs__bytes_of_file(file, 0, file->shown, &place, &bytes);
    status = crs__npy_open(&bytes, err, &array);
    array.offset = bytes.at;
    return status == CRS_OK ? take(ctx, &array, err) : status;
}

crs_status crs__npy_read_samples(crs__data_job *job, crs_dataset *out)
{
    static const crs__array_source source = {"NPY", "array", 0, npy_list, npy_open, NULL};
    return crs__samples_read(&source, job, out);
}

static crs_status take_all(void *ctx, const crs__stored_array *array, crs_error *err)
{
    crs_arrays *out = ctx;
    char name[256];
    size_t n = strlen(out->name);
    (void)snprintf(name, sizeof name, "%s", out->name);
    if (n < sizeof name && crs__data_has_extension(name, ".npy"))
        name[n - strlen(".npy")] = '\0';
    return crs__arrays_take(out, name, array, err);
}

crs_status crs__npy_read_file(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    return npy_open(file, "", take_all, out, err);
}
