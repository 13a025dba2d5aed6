/*
 * data/bytes.h - bytes that come one after another: from a file, or out of a zip.
 */
#ifndef DATA_BYTES_H
#define DATA_BYTES_H

#include <crease/status.h>

#include <stdint.h>

#include "data/element.h"
#include "data/reader.h"

typedef struct crs__bytes {
    /* Up to n bytes, n > 0; *got is 0 at the end. What fails is said in words. */
    crs_status (*read)(void *ctx, void *into, size_t n, size_t *got, crs_error *err);
    void *ctx;
    const char *where;          /* for messages: "mine.npz: entry 'W1.npy'" */
    const crs__data_file *file; /* whose budget pays for what is made of them; NULL: nobody's */
    uint64_t at;                /* bytes read so far */
    uint64_t size;              /* how many there are in all, or are said to be */
    int is_size_sure;           /* 0: said only, so that memory grows with what comes */
} crs__bytes;

/* A file's bytes from `offset` on. `place` keeps what the reading needs, as long as *out is used. */
typedef struct crs__bytes_place {
    const crs__data_file *file;
    uint64_t offset;
} crs__bytes_place;
void crs__bytes_of_file(const crs__data_file *file, uint64_t offset, const char *where,
                        crs__bytes_place *place, crs__bytes *out);

/* Exactly the next n bytes. Errors: CRS_EFORMAT (they end before), CRS_EIO. */
crs_status crs__bytes_take(crs__bytes *from, void *into, size_t n, crs_error *err);

/* They end here. CRS_EFORMAT: they go on, or what they were packed in finds them damaged. */
crs_status crs__bytes_end(crs__bytes *from, crs_error *err);

/*
 * The next n elements, as doubles; *out is released with crs__free. Errors: as above, CRS_EFORMAT
 * too where they are more than the file's budget, CRS_EUNSUPPORTED (a whole number that no double
 * holds), CRS_ENOMEM. *out is NULL then.
 */
crs_status crs__bytes_elements(crs__bytes *from, const crs__element *type, int big_endian, size_t n,
                               crs_error *err, double **out);

#endif
