#include "model.h"

#include "message.h"

#include <sys/stat.h>

exit_status model_load(const char *command, const char *path, crs_model *out)
{
    crs_error err;
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return fail(EXIT_INPUT, command, "%s: is a folder, expected a model", path);
    return crs_model_read(path, &err, out) == CRS_OK ? EXIT_DONE : fail_library(command, &err);
}
