/*
 * Any file is read as arrays, whole, or refused. The first byte chooses the file's name, which
 * matters where the contents do not say what they are. Names .st take the header as text up to a
 * zero byte; its length is put before it.
 */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

/* A safetensors file whose length of the header is right. */
static void with_length(fuzz_input *in, fuzz_memory *file)
{
    char *header = fuzz_text(in);
    size_t n = strlen(header);
    fuzz_put_number(file, n, 8);
    fuzz_put(file, header, n);
    fuzz_put(file, in->at, in->left);
    free(header);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    static const char *const names[] = {"a.npz", "a.npy", "a.safetensors", "a.h5", "a"};
    fuzz_input in = {bytes, n};
    fuzz_memory file = {0};
    unsigned which = fuzz_byte(&in);
    if (which == 5)
        with_length(&in, &file);
    else
        fuzz_put(&file, in.at, in.left);
    (void)fuzz_read_arrays(fuzz_file(names[which % 5], file.bytes, file.n), file.n);
    free(file.bytes);
    return 0;
}
