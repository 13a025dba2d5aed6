/*
 * data/hdf5_reader/serve.h - an HDF5 file, read by libhdf5 for the process that asks.
 *
 * This is the inside of the program crease-hdf5, which the library starts for each file: libhdf5
 * crashes on some damaged files, and then it is that process which ends. A fuzzer may call it in
 * its own process:
 *
 *     static int receive(void *ctx, crs__hdf5_request *out);   WALK, then OPEN and READ, ...
 *     static int send(void *ctx, uint32_t kind, uint32_t n, const void *bytes);
 *
 *     crs__hdf5_peer peer = {receive, send, &mine};
 *     crs__hdf5_stored file = {.fd = -1, .bytes = bytes, .size = n};
 *     crs__hdf5_serve(&file, (uint64_t)256 << 20, &peer);
 *
 * Everything in this folder is linked with libhdf5 and with nothing of the library above data.
 */
#ifndef DATA_HDF5_READER_SERVE_H
#define DATA_HDF5_READER_SERVE_H

#include "data/hdf5_wire.h"

#include <stddef.h>

/* The file: an open descriptor, or its bytes in memory. No other file is ever opened. */
typedef struct crs__hdf5_stored {
    int fd;            /* read by pread; not looked at where bytes is not NULL */
    const void *bytes; /* [size], or NULL */
    uint64_t size;
} crs__hdf5_stored;

/* Who asks. Both return 0 to end the conversation, else 1. */
typedef struct crs__hdf5_peer {
    int (*receive)(void *ctx, crs__hdf5_request *out);
    int (*send)(void *ctx, uint32_t kind, uint32_t n, const void *bytes);
    void *ctx;
} crs__hdf5_peer;

/*
 * Answer requests until there are no more. An array whose reading would take more than
 * `max_memory` bytes here is refused when it is read; opened it is told (crs__hdf5_about.work).
 * libhdf5 keeps state in the process: one call at a time.
 */
void crs__hdf5_serve(const crs__hdf5_stored *file, uint64_t max_memory, const crs__hdf5_peer *peer);

#endif
