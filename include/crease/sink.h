/*
 * crease/sink.h - where bytes go.
 *
 * Calls that write (data sets, pictures, reports) open no file: they hand their
 * bytes, piece by piece and in order, to a sink of the caller's, who knows about
 * files, sockets and memory, and how to make an output appear whole or not at all.
 */
#ifndef CREASE_SINK_H
#define CREASE_SINK_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crs_sink {
    /*
     * Take all `n` bytes; they are borrowed for this call only. Anything but
     * CRS_OK stops the writer at once, which returns that same status.
     */
    crs_status (*write)(void *ctx, const void *bytes, size_t n);
    void *ctx; /* handed to `write`; borrowed */
} crs_sink;

#ifdef __cplusplus
}
#endif
#endif
