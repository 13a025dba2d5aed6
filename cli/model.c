#include "model.h"

#include "message.h"

exit_status model_load(const char *command, const char *path, crs_model *out)
{
    crs_error err;
    return crs_model_read(path, &err, out) == CRS_OK ? EXIT_DONE : fail_library(command, &err);
}
