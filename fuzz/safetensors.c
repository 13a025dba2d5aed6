#include "safetensors.h"

#include <stdlib.h>
#include <string.h>

/* At `bytes`; no more than there is. */
static size_t header_length(const uint8_t *bytes, size_t n)
{
    uint64_t length = 0;
    for (size_t i = 0; i < 8; i++)
        length |= (uint64_t)bytes[i] << 8 * i;
    return length > n - 8 ? n - 8 : (size_t)length;
}

size_t fuzz_mutate_safetensors(size_t before, uint8_t *bytes, size_t n, size_t room, unsigned seed)
{
    size_t length, longer, data;
    uint8_t *file = bytes + before, *copy;
    if (seed % 4 == 0 || n < before + 8 + 2)
        return LLVMFuzzerMutate(bytes, n, room);
    length = header_length(file, n - before);
    data = n - before - 8 - length;
    if (seed % 4 == 1 && data > 0) /* the numbers alone: they stay as many */
        return n - data + LLVMFuzzerMutate(bytes + n - data, data, data);
    copy = malloc(room);
    must(copy != NULL);
    memcpy(copy, file + 8, length);
    longer = LLVMFuzzerMutate(copy, length, room - before - 8 - data);
    memmove(file + 8 + longer, file + 8 + length, data);
    memcpy(file + 8, copy, longer);
    for (size_t i = 0; i < 8; i++)
        file[i] = (uint8_t)((uint64_t)longer >> 8 * i);
    free(copy);
    return before + 8 + longer + data;
}
