/* optim/optim_text.h - which optimizers there are, and what their options may be. */
#ifndef OPTIM_OPTIM_TEXT_H
#define OPTIM_OPTIM_TEXT_H

#include "optim/options.h"

#include <crease/optim.h>

/* Errors: CRS_EINVAL (an option of its kind is out of its range, or there is no such kind). */
crs_status crs__optim_check(const crs_optim *optim, crs_error *err);

#endif
