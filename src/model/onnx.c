#include "model/model.h"
crs_status crs_model_export_onnx(const crs_model *model, const crs_sink *sink, crs_error *err)
{
    (void)model;
    (void)sink;
    return crs_error_set(err, CRS_OK, "later");
}
