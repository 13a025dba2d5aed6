#include <crease/format.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void crs_format_count(uint64_t n, char *text, size_t size)
{
    if (text == NULL)
        return;
    char digits[24];
    char out[CRS_FORMAT_COUNT_BYTES];
    size_t length, at = 0;
    (void)snprintf(digits, sizeof digits, "%" PRIu64, n);
    length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    (void)snprintf(text, size, "%s", out);
}
