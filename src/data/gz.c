/*
 * The .gz format (RFC 1952), by zlib: a file in it is unpacked into one without a name, so that
 * every reader finds what it expects. Several members one after another are one file.
 */
#include "core/memory.h"
#include "data/dataset.h"
#include "data/reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK ((size_t)256 << 10)

typedef struct unpacking {
    crs__data_file *file;
    crs_error *err;
    unsigned char *in, *out; /* [CHUNK] */
    int fd;                  /* what is unpacked */
    uint64_t size;           /* written to it */
    uint64_t taken;          /* read from the file */
    z_stream z;
    int is_whole; /* a member has ended and none begun */
} unpacking;

static crs_status refuse(unpacking *u, crs_status status, const char *what, int code)
{
    char reason[128];
    crs__data_system_text(code, reason, sizeof reason);
    return crs_error_set(u->err, status, "%s: %s: %s", u->file->shown, what, reason);
}

static crs_status damaged(unpacking *u)
{
    return crs_error_set(u->err, CRS_EFORMAT, "%s: the .gz is damaged near byte %llu (zlib: %s)",
                         u->file->shown, (unsigned long long)(u->taken - u->z.avail_in),
                         u->z.msg == NULL ? "wrong data" : u->z.msg);
}

static crs_status read_chunk(unpacking *u)
{
    ssize_t got;
    do {
        got = read(u->file->fd, u->in, CHUNK);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return refuse(u, CRS_EIO, "reading failed", errno);
    if (got == 0 && !u->is_whole)
        return crs_error_set(u->err, CRS_EFORMAT,
                             "%s: is torn: the .gz ends after %llu bytes, in the middle of what is "
                             "packed in it",
                             u->file->shown, (unsigned long long)u->taken);
    u->taken += (uint64_t)got;
    u->z.next_in = u->in;
    u->z.avail_in = (uInt)got;
    return CRS_OK;
}

static crs_status write_chunk(unpacking *u, size_t n)
{
    crs_status status = crs__budget_take_next(u->file, n, NULL, u->err);
    if (status != CRS_OK)
        return status;
    for (size_t done = 0; done < n;) {
        ssize_t count = write(u->fd, u->out + done, n - done);
        if (count < 0 && errno != EINTR)
            return refuse(u, CRS_EIO, "no room to unpack it (TMPDIR names another folder)", errno);
        done += count > 0 ? (size_t)count : 0;
    }
    u->size += n;
    return CRS_OK;
}

/* Behind a member: another one, or zeros that fill up a block. */
static crs_status begin_member(unpacking *u)
{
    while (u->z.avail_in > 0 && *u->z.next_in == 0) {
        u->z.next_in++;
        u->z.avail_in--;
    }
    if (u->z.avail_in == 0)
        return CRS_OK;
    u->is_whole = 0;
    return inflateReset(&u->z) == Z_OK ? CRS_OK : damaged(u);
}

/* All that the chunk in hand gives. */
static crs_status inflate_chunk(unpacking *u)
{
    crs_status status = u->is_whole ? begin_member(u) : CRS_OK;
    int more = 1; /* the last output filled its room: there may be more */
    while (status == CRS_OK && !u->is_whole && (u->z.avail_in > 0 || more)) {
        int code;
        u->z.next_out = u->out;
        u->z.avail_out = (uInt)CHUNK;
        code = inflate(&u->z, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return code == Z_MEM_ERROR
                       ? crs_error_set(u->err, CRS_ENOMEM, "%s: not enough memory to unpack it",
                                       u->file->shown)
                       : damaged(u);
        more = u->z.avail_out == 0;
        status = write_chunk(u, CHUNK - u->z.avail_out);
        u->is_whole = code == Z_STREAM_END;
        if (status == CRS_OK && u->is_whole)
            status = begin_member(u);
    }
    return status;
}

static crs_status unpack(unpacking *u)
{
    crs_status status;
    do {
        status = read_chunk(u);
        if (status == CRS_OK && u->z.avail_in > 0)
            status = inflate_chunk(u);
        else if (status == CRS_OK)
            return CRS_OK;
    } while (status == CRS_OK);
    return status;
}

crs_status crs__gz_unpack(crs__data_file *file, crs_error *err)
{
    unpacking u = {.file = file, .err = err, .fd = -1};
    crs_status status = CRS_ENOMEM;
    int ready = 0;
    u.in = crs__alloc(CHUNK, 2);
    if (u.in != NULL) {
        u.out = u.in + CHUNK;
        ready = inflateInit2(&u.z, 16 + MAX_WBITS) == Z_OK;
    }
    if (!ready)
        (void)crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to unpack it", file->shown);
    else
        status = crs__dataset_open_file(err, &u.fd);
    if (status == CRS_OK)
        status = unpack(&u);
    if (status == CRS_OK && lseek(u.fd, 0, SEEK_SET) != 0)
        status = refuse(&u, CRS_EIO, "what was unpacked cannot be read", errno);
    if (ready)
        (void)inflateEnd(&u.z);
    crs__free(u.in);
    if (status == CRS_OK) {
        (void)close(file->fd);
        file->fd = u.fd;
        file->size = u.size;
        file->is_regular = file->is_unpacked = 1;
    } else if (u.fd >= 0) {
        (void)close(u.fd);
    }
    return status;
}
