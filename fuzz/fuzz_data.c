/*
 * Any file is read as samples, whole, or refused. The first bytes choose the options, the rest is
 * the file; the target may be in a file of its own, which is the second half then. A file may be
 * packed by gzip here, so that what is in it is reached.
 */
#include "reading.h"

#include <stdlib.h>
#include <string.h>
#if CRS_HAVE_ZLIB
#include <zlib.h>
#endif

static const char *const names[] = {"d.csv", "d", "d.npy", "d-ubyte", "d.safetensors", "d.npz"};

static const char *plain_or_packed(const char *name, int packed, const uint8_t *bytes, size_t n)
{
#if CRS_HAVE_ZLIB
    if (packed) {
        z_stream z = {0};
        uint8_t *out = malloc(n + 1024);
        const char *path;
        must(out != NULL);
        must(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        z.next_in = (Bytef *)(uintptr_t)bytes;
        z.avail_in = (uInt)n;
        z.next_out = out;
        z.avail_out = (uInt)n + 1024;
        must(deflate(&z, Z_FINISH) == Z_STREAM_END);
        path = fuzz_file(name, out, z.total_out);
        (void)deflateEnd(&z);
        free(out);
        return path;
    }
#endif
    (void)packed;
    return fuzz_file(name, bytes, n);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    fuzz_data_options options;
    unsigned what = fuzz_byte(&in);
    size_t first;
    const char *path;
    fuzz_data_options_take(&in, &options);
    first = what & 128 ? in.left / 2 : in.left;
    path = plain_or_packed(names[what % 6], what & 64, in.at, first);
    if (what & 128)
        options.how.target_path =
            plain_or_packed("target", what & 32, in.at + first, in.left - first);
    (void)fuzz_read_data(path, &options.how, n);
    fuzz_data_options_release(&options);
    return 0;
}
