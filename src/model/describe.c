/* What a model takes from where it was trained. */
#include "core/memory.h"
#include "data/dataset.h"
#include "model/model.h"

/* A copy in place of what is there; NULL for none. */
static crs_status take_names(size_t n, char *const *names, char ***out)
{
    char **copy = NULL;
    if (names != NULL) {
        copy = crs__dataset_copy_names(n, names);
        if (copy == NULL)
            return CRS_ENOMEM;
    }
    crs__free(*out);
    *out = copy;
    return CRS_OK;
}

crs_status crs_model_set_names(crs_model *model, const crs_dataset *data)
{
    if (model == NULL || data == NULL)
        return CRS_EINVAL;
    size_t n_targets = data->n_targets == 0 ? 1 : data->n_targets;
    crs_status status = take_names(data->n_classes, data->class_names, &model->class_names);
    if (status == CRS_OK)
        status = take_names(data->n_features, data->feature_names, &model->feature_names);
    if (status == CRS_OK)
        status = take_names(n_targets, data->target_names, &model->target_names);
    return status;
}

crs_status crs_model_set_training(crs_model *model, const char *json)
{
    if (model == NULL || json == NULL)
        return CRS_EINVAL;
    char *copy = crs__strdup(json);
    if (copy == NULL)
        return CRS_ENOMEM;
    crs__free(model->training);
    model->training = copy;
    return CRS_OK;
}
