/*
 * plot/out.h - text and bytes on their way to a sink, gathered into blocks.
 *
 * The first failure is kept and everything after it is dropped, so a writer
 * writes on and asks once, at the end.
 */
#ifndef PLOT_OUT_H
#define PLOT_OUT_H

#include <crease/sink.h>

#include "plot/text.h"

typedef struct crs__plot_out {
    const crs_sink *sink;
    crs_status status;
    size_t n;
    char bytes[4096];
} crs__plot_out;

void crs__plot_out_init(crs__plot_out *out, const crs_sink *sink);

void crs__plot_out_bytes(crs__plot_out *out, const void *bytes, size_t n);

/* A terminated text as it is. */
void crs__plot_out_text(crs__plot_out *out, const char *text);

/* One character as UTF-8. */
void crs__plot_out_char(crs__plot_out *out, uint32_t c);

/* A number with at most `decimals` digits behind the point (see crs__plot_fixed). */
void crs__plot_out_number(crs__plot_out *out, double value, int decimals);

/* Pass on what is gathered; returns what went wrong since the beginning. */
crs_status crs__plot_out_flush(crs__plot_out *out);

#endif
