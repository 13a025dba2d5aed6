#include "data/csv_line.h"

#include <string.h>

/* A tab is a blank unless it separates. */
static int is_blank(char c, char separator)
{
    return c == ' ' || (c == '\t' && separator != '\t');
}

/* *p is behind the opening quote. */
static crs_status quoted_field(const char **p, const char *end, crs__csv_field *out,
                               const char **problem)
{
    const char *open = *p - 1;
    const char *q = *p;
    out->text = q;
    for (;; q += 2) {
        q = q == end ? NULL : memchr(q, '"', (size_t)(end - q));
        if (q == NULL) {
            *p = open;
            *problem = "quote is not closed on this line";
            return CRS_EPARSE;
        }
        if (q + 1 == end || q[1] != '"')
            break;
        out->has_doubled = 1;
    }
    out->n = (size_t)(q - out->text);
    *p = q + 1;
    return CRS_OK;
}

crs_status crs__csv_next_field(const char **p, const char *end, char separator, crs__csv_field *out,
                               const char **problem)
{
    const char *stop;
    out->has_doubled = 0;
    while (*p < end && is_blank(**p, separator))
        (*p)++;
    if (*p < end && **p == '"') {
        crs_status status;
        (*p)++;
        status = quoted_field(p, end, out, problem);
        while (status == CRS_OK && *p < end && is_blank(**p, separator))
            (*p)++;
        if (status == CRS_OK && *p < end && **p != separator) {
            *problem = "text after the closing quote";
            status = CRS_EPARSE;
        }
        return status;
    }
    stop = *p == end ? NULL : memchr(*p, separator, (size_t)(end - *p));
    if (stop == NULL)
        stop = end;
    out->text = *p;
    *p = stop;
    while (stop > out->text && is_blank(stop[-1], separator))
        stop--;
    out->n = (size_t)(stop - out->text);
    return CRS_OK;
}

size_t crs__csv_count_fields(const char *line, const char *end, char separator)
{
    size_t n = 1;
    int in_quotes = 0;
    for (const char *p = line; p < end; p++) {
        if (*p == '"')
            in_quotes = !in_quotes;
        else if (*p == separator && !in_quotes)
            n++;
    }
    return n;
}

char crs__csv_guess_separator(const char *line, const char *end)
{
    const char candidates[] = {',', ';', '\t'};
    for (size_t i = 0; i < sizeof candidates; i++)
        if (crs__csv_count_fields(line, end, candidates[i]) > 1)
            return candidates[i];
    return ',';
}

size_t crs__csv_copy_field(const crs__csv_field *field, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < field->n; i++) {
        out[used++] = field->text[i];
        if (field->has_doubled && field->text[i] == '"')
            i++;
    }
    out[used] = '\0';
    return used;
}
