#include <crease/model.h>

#include "core/memory.h"

#include <string.h>

void crs_model_release(crs_model *model)
{
    crs_net_destroy(model->net);
    crs_scaler_release(&model->scaler);
    crs_scaler_release(&model->target);
    crs__free(model->class_names);
    crs__free(model->feature_names);
    crs__free(model->target_names);
    crs__free(model->training);
    memset(model, 0, sizeof *model);
}
