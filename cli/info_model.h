/* info_model.h - what is in a model's file. */
#ifndef INFO_MODEL_H
#define INFO_MODEL_H

#include "options.h"

exit_status info_model(const char *path, const common_options *common);

#endif
