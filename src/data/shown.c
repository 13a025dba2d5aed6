#include "data/shown.h"

#include "core/printable.h"

#include <crease/format.h>

#include <string.h>

void crs__shown_text(const char *text, size_t n, char *out, size_t size)
{
    (void)crs_format_printable(text, n, out, size);
}

void crs__shown_path(const char *path, char *out, size_t size)
{
    size_t n = strlen(path);
    size_t room = size - 2 * sizeof "...";
    if (n <= room) {
        crs__shown_text(path, n, out, size);
        return;
    }
    path += n - room;
    while (((unsigned char)*path & 0xc0) == 0x80) /* not into the middle of a character */
        path++;
    memcpy(out, "...", 3);
    crs__shown_text(path, strlen(path), out + 3, size - 3);
}
