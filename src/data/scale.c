#include <crease/data.h>

#include "core/memory.h"

#include <string.h>

void crs_scaler_release(crs_scaler *scaler)
{
    crs__free(scaler->shift);
    crs__free(scaler->scale);
    crs__free(scaler->fill);
    memset(scaler, 0, sizeof *scaler);
}
