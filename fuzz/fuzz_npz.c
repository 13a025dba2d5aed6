/*
 * An .npz that is made from the input: entries with names, headers and data, stored or deflated,
 * with the right checksums; then sizes that lie, and some bytes changed. Read as arrays and as
 * samples.
 */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if CRS_HAVE_ZLIB
#include <zlib.h>
#endif

#define MAX_ENTRIES 4

typedef struct entry {
    char name[80];
    uint32_t crc, stored, size, at;
    unsigned method, flags;
} entry;

/* CRC-32 as zip has it (ITU-T V.42, reflected). */
static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void pack(const fuzz_memory *plain, unsigned method, fuzz_memory *out)
{
#if CRS_HAVE_ZLIB
    if (method == 8) {
        z_stream z = {0};
        out->room = plain->n + 1024;
        out->bytes = malloc(out->room);
        must(out->bytes != NULL);
        must(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        z.next_in = plain->bytes;
        z.avail_in = (uInt)plain->n;
        z.next_out = out->bytes;
        z.avail_out = (uInt)out->room;
        must(deflate(&z, Z_FINISH) == Z_STREAM_END);
        out->n = z.total_out;
        (void)deflateEnd(&z);
        return;
    }
#endif
    (void)method;
    fuzz_put(out, plain->bytes, plain->n);
}

/* The header, and so many bytes of data as it claims, within reason. */
static void make_npy(fuzz_input *in, fuzz_memory *out)
{
    static const char *const types[] = {"<f8", "<f4", "<f2", ">f8", "|u1", "|b1", "<i8", "<u8",
                                        "<i4", ">i2", "<U3", "|O",  "<c8", "|S4", "f4",  "<f3"};
    static const size_t sizes[] = {8, 4, 2, 8, 1, 1, 8, 8, 4, 2, 12, 8, 8, 4, 4, 3};
    unsigned type = fuzz_byte(in) % 16, how = fuzz_byte(in), n_dims = how % 4;
    char shape[128] = "", header[512];
    size_t n = sizes[type], used = 0, length;
    for (unsigned i = 0; i < n_dims; i++) {
        uint64_t dim = fuzz_byte(in) % 16;
        if (dim == 15)
            dim = fuzz_number(in, 8);
        n = dim != 0 && n > 8192 / dim ? 8192 : n * (size_t)dim;
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%llu%s",
                                 (unsigned long long)dim, i + 1 < n_dims && how & 4 ? "," : ", ");
    }
    if (how & 128) {
        char *text = fuzz_text(in);
        (void)snprintf(header, sizeof header, "%s", text);
        free(text);
    } else {
        (void)snprintf(header, sizeof header,
                       "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }%s", types[type],
                       how & 8 ? "True" : "False", shape, how & 16 ? "\n" : "   \n");
    }
    length = strlen(header);
    fuzz_put(out, how & 32 ? "\x93NUMPY\x02\0" : "\x93NUMPY\x01\0", 8);
    fuzz_put_number(out, how & 64 ? fuzz_number(in, 2) : length, how & 32 ? 4 : 2);
    fuzz_put(out, header, length);
    for (size_t i = 0, seed = fuzz_byte(in); i < n; i++) {
        uint8_t byte = i < 32 ? (uint8_t)fuzz_byte(in) : (uint8_t)(i * seed >> 3 & 63);
        fuzz_put(out, &byte, 1);
    }
}

static void put_fields(fuzz_memory *zip, const entry *e)
{
    fuzz_put_number(zip, 20, 2);
    fuzz_put_number(zip, e->flags, 2);
    fuzz_put_number(zip, e->method, 2);
    fuzz_put_number(zip, 0x00210000, 4);
    fuzz_put_number(zip, e->crc, 4);
    fuzz_put_number(zip, e->stored, 4);
    fuzz_put_number(zip, e->size, 4);
    fuzz_put_number(zip, strlen(e->name), 2);
    fuzz_put_number(zip, 0, 2);
}

static void put_entry(fuzz_input *in, fuzz_memory *zip, entry *e)
{
    static const char *const names[] = {"X.npy",  "y.npy",       "x_train.npy", "y_train.npy",
                                        "W1.npy", "arr_0.npy",   "dW1.npy",     "a/b.npy",
                                        "X.npy",  "classes.npy", "readme.txt",  "set_x.npy"};
    unsigned name = fuzz_byte(in), lies = fuzz_byte(in);
    fuzz_memory plain = {0}, packed = {0};
    if (name >= 240) {
        char *text = fuzz_text(in);
        (void)snprintf(e->name, sizeof e->name, "%s.npy", text);
        free(text);
    } else {
        (void)snprintf(e->name, sizeof e->name, "%s", names[name % 12]);
    }
    make_npy(in, &plain);
    e->method = CRS_HAVE_ZLIB && lies & 1 ? 8 : 0;
    pack(&plain, e->method, &packed);
    e->crc = crc_of(plain.bytes, plain.n) ^ (lies & 2 ? 1u : 0);
    e->stored = (uint32_t)packed.n + (lies & 4 ? (uint32_t)fuzz_number(in, 4) : 0);
    e->size = (uint32_t)plain.n + (lies & 8 ? (uint32_t)fuzz_number(in, 4) : 0);
    e->flags = lies & 16 ? (unsigned)fuzz_number(in, 2) : 0;
    e->method = lies & 32 ? fuzz_byte(in) : e->method;
    e->at = (uint32_t)zip->n;
    fuzz_put(zip, "PK\3\4", 4);
    put_fields(zip, e);
    fuzz_put(zip, e->name, strlen(e->name));
    fuzz_put(zip, packed.bytes, packed.n);
    free(plain.bytes);
    free(packed.bytes);
}

static void make_zip(fuzz_input *in, fuzz_memory *zip)
{
    entry entries[MAX_ENTRIES];
    size_t n = fuzz_byte(in) % (MAX_ENTRIES + 1), directory;
    for (size_t i = 0; i < n; i++)
        put_entry(in, zip, &entries[i]);
    directory = zip->n;
    for (size_t i = 0; i < n; i++) {
        fuzz_put(zip, "PK\1\2", 4);
        fuzz_put_number(zip, 20, 2);
        put_fields(zip, &entries[i]);
        fuzz_put_number(zip, 0, 8); /* comment, disk, attributes */
        fuzz_put_number(zip, 0, 2);
        fuzz_put_number(zip, entries[i].at, 4);
        fuzz_put(zip, entries[i].name, strlen(entries[i].name));
    }
    fuzz_put(zip, "PK\5\6\0\0\0\0", 8);
    fuzz_put_number(zip, n, 2);
    fuzz_put_number(zip, n, 2);
    fuzz_put_number(zip, zip->n - directory - 12, 4);
    fuzz_put_number(zip, directory, 4);
    fuzz_put_number(zip, 0, 2);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    fuzz_memory zip = {0};
    fuzz_data_options options;
    const char *path;
    fuzz_data_options_take(&in, &options);
    make_zip(&in, &zip);
    fuzz_flip(&zip, &in);
    path = fuzz_file("made.npz", zip.bytes, zip.n);
    (void)fuzz_read_arrays(path, zip.n);
    options.how.format = options.how.format == NULL ? NULL : "npz";
    (void)fuzz_read_data(path, &options.how, zip.n);
    fuzz_data_options_release(&options);
    free(zip.bytes);
    return 0;
}
