#include "data/bytes.h"

#include <errno.h>
#include <unistd.h>

#include "core/memory.h"

#define CHUNK_BYTES 32768

static crs_status read_file(void *ctx, void *into, size_t n, size_t *got, crs_error *err)
{
    crs__bytes_place *place = ctx;
    char reason[128];
    ssize_t count;
    do {
        count = pread(place->file->fd, into, n, (off_t)place->offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        crs__data_system_text(errno, reason, sizeof reason);
        return crs_error_set(err, CRS_EIO, "%s: cannot be read: %s", place->file->shown, reason);
    }
    place->offset += (uint64_t)count;
    *got = (size_t)count;
    return CRS_OK;
}

void crs__bytes_of_file(const crs__data_file *file, uint64_t offset, const char *where,
                        crs__bytes_place *place, crs__bytes *out)
{
    place->file = file;
    place->offset = offset;
    out->read = read_file;
    out->ctx = place;
    out->file = file;
    out->where = where;
    out->at = 0;
    out->size = file->size - offset;
    out->is_size_sure = 1;
}

crs_status crs__bytes_take(crs__bytes *from, void *into, size_t n, crs_error *err)
{
    unsigned char *at = into;
    uint64_t end = from->at + n;
    while (n > 0) {
        size_t got = 0;
        crs_status status = from->read(from->ctx, at, n, &got, err);
        if (status != CRS_OK)
            return status;
        if (got == 0)
            return crs_error_set(err, CRS_EFORMAT,
                                 "%s ends after %llu bytes, in the middle of what it must hold up "
                                 "to byte %llu",
                                 from->where, (unsigned long long)from->at,
                                 (unsigned long long)end);
        at += got;
        n -= got;
        from->at += got;
    }
    return CRS_OK;
}

crs_status crs__bytes_end(crs__bytes *from, crs_error *err)
{
    unsigned char beyond;
    size_t more = 0;
    crs_status status = from->read(from->ctx, &beyond, 1, &more, err);
    if (status == CRS_OK && more > 0)
        status = crs_error_set(err, CRS_EFORMAT, "%s goes on after its %llu bytes", from->where,
                               (unsigned long long)from->at);
    return status;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Room for `needed` of `n` values in all: doubled, so that what is claimed costs nothing yet. */
static int make_room(double **values, size_t *room, size_t needed, size_t n)
{
    size_t wanted = *room > n / 2 ? n : least(n, needed > 2 * *room ? needed : 2 * *room);
    double *grown;
    if (needed <= *room)
        return 1;
    grown = crs__realloc(*values, wanted, sizeof **values);
    if (grown == NULL)
        return 0;
    *values = grown;
    *room = wanted;
    return 1;
}

crs_status crs__bytes_elements(crs__bytes *from, const crs__element *type, int big_endian, size_t n,
                               crs_error *err, double **out)
{
    unsigned char chunk[CHUNK_BYTES];
    size_t most = sizeof chunk / type->size, room = 0, done = 0;
    double *values = NULL;
    crs_status status = crs__budget_take(from->file, crs__budget_times((uint64_t)n, sizeof *values),
                                         from->where, err);
    *out = NULL;
    if (status != CRS_OK)
        return status;
    if (!make_room(&values, &room, from->is_size_sure ? n : least(n, most), n) ||
        (values == NULL && (values = crs__alloc(1, sizeof *values)) == NULL))
        goto no_memory;
    while (done < n) {
        size_t count = least(n - done, most), decoded;
        if (!make_room(&values, &room, done + count, n))
            goto no_memory;
        status = crs__bytes_take(from, chunk, count * type->size, err);
        if (status != CRS_OK)
            goto fail;
        decoded = crs__element_decode(type, big_endian, chunk, count, values + done);
        if (decoded < count) {
            status =
                crs_error_set(err, CRS_EUNSUPPORTED,
                              "%s: element %zu (from 0, in the file's order) is a whole number "
                              "near %.0f that no double holds exactly",
                              from->where, done + decoded, values[done + decoded]);
            goto fail;
        }
        done += count;
    }
    *out = values;
    return CRS_OK;

no_memory:
    status = crs_error_set(err, CRS_ENOMEM, "%s: no memory for its %zu numbers", from->where, n);
fail:
    crs__free(values);
    return status;
}
