/*
 * model.h - a trained model by its file's name.
 */
#ifndef MODEL_H
#define MODEL_H

#include "command.h"

#include <crease/model.h>

/* On failure a message is printed and *out is empty. Released with crs_model_release. */
exit_status model_load(const char *command, const char *path, crs_model *out);

#endif
