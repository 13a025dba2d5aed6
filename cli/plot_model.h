/*
 * plot_model.h - the figure of a trained model with two features: its classes over the plane.
 */
#ifndef PLOT_MODEL_H
#define PLOT_MODEL_H

#include "command.h"

#include <crease/data.h>
#include <crease/model.h>
#include <crease/plot.h>

typedef struct model_figure model_figure;

/* Refuse, with a message, a model that has no such picture. */
exit_status model_figure_check(const char *command, const char *path, const crs_model *model);

/*
 * The probability of class 1, or the likeliest of several classes, over the range of `data`, with
 * its samples. All arguments are borrowed until the figure is destroyed. On failure a message is
 * printed and *out is NULL.
 */
exit_status model_figure_create(const char *command, const char *path, const crs_model *model,
                                const crs_dataset *data, model_figure **out);

/* NULL is fine. */
void model_figure_destroy(model_figure *figure);

const crs_plot_figure *model_figure_get(const model_figure *figure);

/* Samples that the model says the right class of. */
size_t model_figure_right(const model_figure *figure);

#endif
