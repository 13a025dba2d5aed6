#include "plot/out.h"

#include <string.h>

#include "plot/ticks.h"

void crs__plot_out_init(crs__plot_out *out, const crs_sink *sink)
{
    out->sink = sink;
    out->status = CRS_OK;
    out->n = 0;
}

crs_status crs__plot_out_flush(crs__plot_out *out)
{
    if (out->n > 0 && out->status == CRS_OK)
        out->status = out->sink->write(out->sink->ctx, out->bytes, out->n);
    out->n = 0;
    return out->status;
}

void crs__plot_out_bytes(crs__plot_out *out, const void *bytes, size_t n)
{
    const char *from = bytes;
    while (n > 0 && out->status == CRS_OK) {
        size_t room = sizeof out->bytes - out->n;
        size_t take = n < room ? n : room;
        memcpy(out->bytes + out->n, from, take);
        out->n += take;
        from += take;
        n -= take;
        if (out->n == sizeof out->bytes)
            (void)crs__plot_out_flush(out);
    }
}

void crs__plot_out_text(crs__plot_out *out, const char *text)
{
    crs__plot_out_bytes(out, text, strlen(text));
}

void crs__plot_out_char(crs__plot_out *out, uint32_t c)
{
    char bytes[4];
    crs__plot_out_bytes(out, bytes, crs__plot_put_utf8(c, bytes));
}

void crs__plot_out_number(crs__plot_out *out, double value, int decimals)
{
    char text[CRS__PLOT_NUMBER];
    crs__plot_fixed(value, decimals, text);
    crs__plot_out_text(out, text);
}
