/* What files begin with whose readers are parts that may not be loaded yet. */
#include "data/arrays_reader.h"

#include <string.h>

/* The signature stands at 0, or behind a user block of 512, 1024, 2048 ... bytes. */
int crs__hdf5_recognises(const unsigned char *head, size_t n)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    for (size_t at = 0; at + sizeof signature <= n; at = at == 0 ? 512 : 2 * at)
        if (memcmp(head + at, signature, sizeof signature) == 0)
            return 1;
    return 0;
}

int crs__npz_recognises(const unsigned char *head, size_t n)
{
    /* of a first entry, or of the end of a zip without any */
    return n >= 4 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

int crs__gz_recognises(const unsigned char *head, size_t n)
{
    return n >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}
