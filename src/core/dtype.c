#include <crease/dtype.h>

#include "core/arguments.h"

#include <string.h>

size_t crs_dtype_size(crs_dtype dtype)
{
    switch (dtype) {
    case CRS_F32:
        return sizeof(float);
    case CRS_F64:
        return sizeof(double);
    }
    return 0;
}

const char *crs_dtype_name(crs_dtype dtype)
{
    switch (dtype) {
    case CRS_F32:
        return "f32";
    case CRS_F64:
        return "f64";
    }
    return NULL;
}

crs_status crs_dtype_parse(const char *text, crs_error *err, crs_dtype *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    if (strcmp(text, "f32") == 0 || strcmp(text, "float32") == 0)
        *out = CRS_F32;
    else if (strcmp(text, "f64") == 0 || strcmp(text, "float64") == 0)
        *out = CRS_F64;
    else
        return crs_error_set(err, CRS_ENOENT, "no dtype '%.40s'; expected f32 or f64", text);
    return CRS_OK;
}
