/*
 * The .npz format: a zip of .npy files. libzip reads the zip; what the zip says of
 * itself is held against the bytes that are there before memory is asked for.
 */
#include "data/arrays_reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "core/memory.h"

/* Deflate makes no more than this of a byte (RFC 1951: 258 bytes of 2 bits at best). */
#define MAX_EXPANSION 1032

typedef struct npz {
    const crs__data_file *file;
    crs_error *err;
    zip_t *zip;
    uint64_t stored; /* bytes of the file that the entries so far take */
} npz;

/* One entry, while it is read. */
typedef struct entry {
    zip_file_t *file;
    char where[CRS__ARRAYS_WHERE];
} entry;

static crs_status refuse_zip(const char *where, const char *what, zip_error_t *cause,
                             crs_error *err)
{
    int is_system = zip_error_system_type(cause) == ZIP_ET_SYS;
    int code = is_system ? zip_error_code_system(cause) : 0;
    crs_status status = CRS_EFORMAT;
    /* libzip calls an archive none whose table it had no memory for; malloc() leaves errno */
    if (zip_error_code_zip(cause) == ZIP_ER_MEMORY || code == ENOMEM || errno == ENOMEM)
        status = CRS_ENOMEM;
    else if (code == EMFILE || code == ENFILE || code == EIO)
        status = CRS_EIO; /* EINVAL is what a torn archive comes to */
    return crs_error_set(err, status, "%s: %s (libzip: %s)", where,
                         status == CRS_EFORMAT ? what : "cannot be read",
                         zip_error_strerror(cause));
}

static crs_status read_entry(void *ctx, void *into, size_t n, size_t *got, crs_error *err)
{
    entry *e = ctx;
    zip_int64_t count = zip_fread(e->file, into, n);
    if (count < 0)
        return refuse_zip(e->where, "is damaged", zip_file_get_error(e->file), err);
    *got = (size_t)count;
    return CRS_OK;
}

/* Sizes and method of entry i, held against the file. */
static crs_status inspect(npz *z, zip_uint64_t i, const char *where, zip_stat_t *out)
{
    const zip_uint64_t wanted =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(z->zip, i, 0, out) != 0 || (out->valid & wanted) != wanted)
        return refuse_zip(where, "cannot be inspected", zip_get_error(z->zip), z->err);
    if (out->encryption_method != ZIP_EM_NONE)
        return crs_error_set(z->err, CRS_EUNSUPPORTED, "%s is encrypted", where);
    if (out->comp_method != ZIP_CM_STORE && out->comp_method != ZIP_CM_DEFLATE)
        return crs_error_set(z->err, CRS_EUNSUPPORTED,
                             "%s is compressed by method %d; expected 0 (stored) or 8 (deflated), "
                             "as np.savez writes them",
                             where, out->comp_method);
    /* entries that share their bytes would make much of a small file */
    if (out->comp_size > z->file->size - z->stored)
        return crs_error_set(z->err, CRS_EFORMAT, "%s claims more stored bytes than the file has",
                             where);
    z->stored += out->comp_size;
    if (out->comp_method == ZIP_CM_STORE ? out->size != out->comp_size
                                         : out->size / MAX_EXPANSION > out->comp_size)
        return crs_error_set(z->err, CRS_EFORMAT, "%s claims %llu bytes, stored in %llu", where,
                             (unsigned long long)out->size, (unsigned long long)out->comp_size);
    return CRS_OK;
}

/* The array's name: the entry's without ".npy"; what is no .npy is refused. */
static crs_status name_array(const npz *z, const char *entry_name, const char *where, char **out)
{
    if (!crs__data_has_extension(entry_name, ".npy")) {
        const char *hint = crs__data_has_extension(entry_name, ".pkl")
                               ? "this is what torch.save writes, and to read it is to run code "
                                 "from the file: save with np.savez or safetensors"
                               : "expected .npy arrays alone, as np.savez writes them";
        return crs_error_set(z->err, CRS_EFORMAT, "%s: %s", where, hint);
    }
    *out = crs__strdup(entry_name);
    if (*out == NULL)
        return crs_error_set(z->err, CRS_ENOMEM, "%s: no memory for its name", where);
    (*out)[strlen(*out) - strlen(".npy")] = '\0';
    return CRS_OK;
}

/* Open entry i, an array, and give it to `take`; `is_whole`: which takes all of its bytes. */
static crs_status take_entry(npz *z, zip_uint64_t i, int is_whole, crs__stored_take take, void *ctx)
{
    char shown[CRS__SHOWN_FIELD];
    crs__bytes bytes = {.read = read_entry};
    const char *entry_name = zip_get_name(z->zip, i, 0);
    crs__stored_array array;
    zip_stat_t about;
    entry e;
    crs_status status;
    crs__shown_text(entry_name, strlen(entry_name), shown, sizeof shown);
    (void)snprintf(e.where, sizeof e.where, "%s: entry '%s'", z->file->shown, shown);
    status = inspect(z, i, e.where, &about);
    if (status != CRS_OK)
        return status;
    e.file = zip_fopen_index(z->zip, i, 0);
    if (e.file == NULL)
        return refuse_zip(e.where, "cannot be opened", zip_get_error(z->zip), z->err);
    bytes.ctx = &e;
    bytes.file = z->file;
    bytes.where = e.where;
    bytes.size = about.size;
    bytes.is_size_sure = about.comp_method == ZIP_CM_STORE;
    status = crs__npy_open(&bytes, z->err, &array);
    if (status == CRS_OK)
        status = take(ctx, &array, z->err);
    if (status == CRS_OK && is_whole) /* a zip's checksum is compared at the end */
        status = crs__bytes_end(&bytes, z->err);
    (void)zip_fclose(e.file);
    return status;
}

/* The name of entry i, of crs__strdup. */
static crs_status find_name(npz *z, zip_uint64_t i, char **name)
{
    const char *entry_name = zip_get_name(z->zip, i, 0);
    char shown[CRS__SHOWN_FIELD], where[CRS__ARRAYS_WHERE];
    *name = NULL;
    if (entry_name == NULL)
        return refuse_zip(z->file->shown, "an entry has no name", zip_get_error(z->zip), z->err);
    crs__shown_text(entry_name, strlen(entry_name), shown, sizeof shown);
    (void)snprintf(where, sizeof where, "%s: entry '%s'", z->file->shown, shown);
    return name_array(z, entry_name, where, name);
}

/* The open file as a zip; libzip closes the descriptor that it is given. */
static zip_t *open_zip(const crs__data_file *file, crs_error *err)
{
    int fd, code = ZIP_ER_OPEN;
    zip_t *zip;
    zip_error_t cause;
    errno = 0;
    fd = dup(file->fd);
    zip = fd < 0 ? NULL : zip_fdopen(fd, 0, &code);
    if (zip != NULL)
        return zip;
    if (fd >= 0)
        (void)close(fd);
    zip_error_init_with_code(&cause, code);
    (void)refuse_zip(file->shown, "is torn or damaged: its table of contents cannot be read",
                     &cause, err);
    zip_error_fini(&cause);
    return NULL;
}

/* What is done with entry i, called `name`; `ctx` is as given to for_each. */
typedef crs_status (*each_entry)(npz *z, zip_uint64_t i, const char *name, void *ctx);

static crs_status for_each(const crs__data_file *file, crs_error *err, each_entry each, void *ctx)
{
    npz z = {.file = file, .err = err};
    crs_error refused;
    crs_status status = CRS_OK;
    zip_int64_t n;
    z.zip = open_zip(file, &refused);
    if (z.zip == NULL)
        return crs_error_set(err, refused.status, "%s", refused.text);
    n = zip_get_num_entries(z.zip, 0);
    for (zip_int64_t i = 0; i < n && status == CRS_OK; i++) {
        char *name;
        status = find_name(&z, (zip_uint64_t)i, &name);
        if (status == CRS_OK)
            status = each(&z, (zip_uint64_t)i, name, ctx);
        crs__free(name);
    }
    zip_discard(z.zip);
    return status;
}

/* ---- every array --------------------------------------------------------------------- */

typedef struct adding {
    crs_arrays *out;
    const char *name;
} adding;

static crs_status add_array(void *ctx, const crs__stored_array *array, crs_error *err)
{
    const adding *a = ctx;
    return crs__arrays_take(a->out, a->name, array, err);
}

static crs_status add_entry(npz *z, zip_uint64_t i, const char *name, void *ctx)
{
    adding a = {ctx, name};
    return take_entry(z, i, 1, add_array, &a);
}

static crs_status count_array(void *ctx, const crs__stored_array *array, crs_error *err)
{
    uint64_t *total = ctx;
    (void)err;
    *total = crs__budget_plus(*total, crs__budget_times(array->shape.n, sizeof(double)));
    return CRS_OK;
}

/* What an entry takes as doubles, by its header. */
static crs_status count_entry(npz *z, zip_uint64_t i, const char *name, void *ctx)
{
    (void)name;
    return take_entry(z, i, 0, count_array, ctx);
}

crs_status crs__npz_read(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    uint64_t total = 0;
    crs_status status = for_each(file, err, count_entry, &total);
    if (status == CRS_OK)
        status = crs__budget_foresee(file, total, NULL, err);
    return status == CRS_OK ? for_each(file, err, add_entry, out) : status;
}

/* ---- one of them ----------------------------------------------------------------------- */

typedef struct naming {
    crs__name_add add;
    void *ctx;
} naming;

static crs_status list_entry(npz *z, zip_uint64_t i, const char *name, void *ctx)
{
    const naming *n = ctx;
    (void)z;
    (void)i;
    n->add(n->ctx, name);
    return CRS_OK;
}

crs_status crs__npz_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    naming n = {add, ctx};
    return for_each(file, err, list_entry, &n);
}

typedef struct opening {
    const char *name;
    crs__stored_take take;
    void *ctx;
    int is_found;
} opening;

static crs_status open_entry(npz *z, zip_uint64_t i, const char *name, void *ctx)
{
    opening *o = ctx;
    if (strcmp(name, o->name) != 0)
        return CRS_OK;
    if (o->is_found)
        return crs_error_set(z->err, CRS_EFORMAT, "%s: there are two arrays of the name '%.40s'",
                             z->file->shown, name);
    o->is_found = 1;
    return take_entry(z, i, 1, o->take, o->ctx);
}

crs_status crs__npz_open(const crs__data_file *file, const char *name, crs__stored_take take,
                         void *ctx, crs_error *err)
{
    opening o = {name, take, ctx, 0};
    crs_status status = for_each(file, err, open_entry, &o);
    return status == CRS_OK && !o.is_found ? CRS_ENOENT : status;
}
