#include "plot/cairo_part.h"

CRS_API const crs__cairo_part crs__part_cairo;
const crs__cairo_part crs__part_cairo = {{CRS_VERSION}, crs__plot_cairo_create};
