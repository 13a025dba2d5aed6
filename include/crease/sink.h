/*
 * crease/sink.h - where bytes go.
 *
 * Whatever the library writes (a picture, a model, a table) goes through a sink
 * of the caller's: a file, a buffer, a socket. The library opens no file itself.
 */
#ifndef CREASE_SINK_H
#define CREASE_SINK_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * `write` takes all `n` bytes, in the order of the calls, and returns CRS_OK, or
 * the reason it could not (CRS_EIO): then it is not called again, and the call
 * that was writing returns that status. `ctx` is the caller's own.
 */
typedef struct crs_sink {
    crs_status (*write)(void *ctx, const void *bytes, size_t n);
    void *ctx;
} crs_sink;

#ifdef __cplusplus
}
#endif
#endif
