#include <crease/format.h>
#include <crease/status.h>

#include "core/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *crs_status_name(crs_status status)
{
    switch (status) {
#define CRS_STATUS_NAME(name, value, text) \
    case CRS_##name:                       \
        return "CRS_" #name;
        CRS_STATUS_LIST(CRS_STATUS_NAME)
#undef CRS_STATUS_NAME
    }
    return "CRS_?";
}

const char *crs_status_text(crs_status status)
{
    switch (status) {
#define CRS_STATUS_TEXT(name, value, text_) \
    case CRS_##name:                        \
        return text_;
        CRS_STATUS_LIST(CRS_STATUS_TEXT)
#undef CRS_STATUS_TEXT
    }
    return "unknown status";
}

crs_status crs_error_set(crs_error *err, crs_status status, const char *format, ...)
{
    if (format == NULL)
        return crs__null_argument(err, __func__);
    if (err != NULL) {
        va_list args;
        char text[2 * sizeof err->text]; /* an argument may be a part of err->text */
        err->status = status;
        err->line = 0;
        err->column = 0;
        va_start(args, format);
        (void)vsnprintf(text, sizeof text, format, args);
        va_end(args);
        (void)crs_format_printable(text, strlen(text), err->text, sizeof err->text);
    }
    return status;
}

const char *crs_version(void)
{
    return CRS_VERSION;
}
