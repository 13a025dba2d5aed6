#include "plot_model.h"

#include "memory.h"
#include "message.h"
#include "model_data.h"
#include "plane.h"

#include <stdio.h>
#include <stdlib.h>

struct model_figure {
    double *nodes, *outputs, *values, *levels, *creases, *predicted, *xy;
    int *label;
    unsigned char *wrong;
    size_t right;
    char subtitle[96];
    crs_plot_axes axes;
    crs_plot_field field;
    crs_plot_contour boundary;
    crs_plot_points points;
    crs_plot_panel panel;
    crs_plot_figure figure;
};

exit_status model_figure_check(const char *command, const char *path, const crs_model *model)
{
    size_t n_in = crs_net_width(model->net, 0);
    if (model->task != CRS_TASK_CLASSES)
        return fail(EXIT_INPUT, command, "%s: a picture shows classes, this model learns %s", path,
                    crs_task_name(model->task));
    if (n_in != 2)
        return fail(EXIT_INPUT, command, "%s: a picture needs two features, this model takes %zu",
                    path, n_in);
    return EXIT_DONE;
}

/* One number a node: 0.5 is the boundary of two classes; of more, the index of the class over the highest. */
static void fill_values(const crs_model *model, model_figure *f)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    int is_score = crs_net_loss(model->net) == CRS_LOSS_HINGE;
    for (size_t i = 0; i < PLANE_NODES; i++) {
        const double *out = f->outputs + i * n_out;
        if (n_out == 1)
            f->values[i] = is_score ? 0.5 + 0.5 * out[0] : out[0];
        else if (n_out == 2 && !is_score)
            f->values[i] = out[1];
        else
            f->values[i] = (double)crs_model_class(model, out) / (double)(n_out - 1);
    }
}

static exit_status fill_field(const char *command, const crs_model *model, model_figure *f)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    int is_score = crs_net_loss(model->net) == CRS_LOSS_HINGE;
    crs_error err;
    f->nodes = plane_nodes(&f->axes, CRS_F64);
    f->outputs = memory_get((size_t)PLANE_NODES * n_out, sizeof *f->outputs);
    f->values = memory_get(PLANE_NODES, sizeof *f->values);
    f->levels = plane_levels(n_out < 2 ? 2 : n_out);
    if (f->nodes == NULL || f->outputs == NULL || f->values == NULL || f->levels == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    if (crs_model_predict(model, PLANE_NODES, f->nodes, f->outputs, &err) != CRS_OK)
        return fail_library(command, &err);
    fill_values(model, f);
    f->field = plane_field(&f->axes, f->values);
    if (n_out == 1 || (n_out == 2 && !is_score)) {
        f->field.name = is_score ? "side of class 1" : "probability of class 1";
        f->boundary =
            (crs_plot_contour){&f->field, 0.5, CRS_PLOT_LINE_BOUNDARY,
                               is_score ? "boundary: score 0" : "boundary: probability 0.5"};
        f->panel.contours = &f->boundary;
        f->panel.n_contours = 1;
    } else {
        f->field.levels = f->levels;
        f->field.n_levels = n_out - 1;
    }
    f->panel.fill = &f->field;
    return EXIT_DONE;
}

/* Batch normalisation moves them; its lines would be others. */
static exit_status fill_creases(const char *command, const crs_model *model, model_figure *f)
{
    if (crs_net_layers(model->net) < 2 || crs_net_options(model->net, 1)->batchnorm)
        return EXIT_DONE;
    f->creases = plane_creases(model->net, &model->scaler, &f->panel.n_creases);
    if (f->creases == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    f->panel.creases = f->creases;
    f->panel.creases_name = plane_creases_name(crs_net_act(model->net, 1));
    return EXIT_DONE;
}

static exit_status fill_points(const char *command, const crs_model *model, const crs_dataset *data,
                               model_figure *f)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net)), n = data->n_samples;
    exit_status status = model_data_predict(command, model, data, &f->predicted);
    if (status != EXIT_DONE)
        return status;
    f->xy = memory_get(n, 2 * sizeof *f->xy);
    f->label = memory_get(n, sizeof *f->label);
    f->wrong = memory_get(n, 1);
    if (f->xy == NULL || f->label == NULL || f->wrong == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    for (size_t s = 0; s < n; s++) {
        f->xy[2 * s] = crs_dataset_x(data, s, 0);
        f->xy[2 * s + 1] = crs_dataset_x(data, s, 1);
        f->label[s] = (int)data->y[s];
        f->wrong[s] = crs_model_class(model, f->predicted + s * n_out) != (size_t)data->y[s];
        f->right += !f->wrong[s];
    }
    f->points = (crs_plot_points){.n = n,
                                  .xy = f->xy,
                                  .label = f->label,
                                  .wrong = f->wrong,
                                  .n_names = model->class_names == NULL ? 0 : model->n_classes,
                                  .names = (const char *const *)model->class_names};
    f->panel.points = &f->points;
    return EXIT_DONE;
}

exit_status model_figure_create(const char *command, const char *path, const crs_model *model,
                                const crs_dataset *data, model_figure **out)
{
    char *const *names = model->feature_names;
    model_figure *f = memory_get(1, sizeof *f);
    exit_status status;
    *out = NULL;
    if (f == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    f->axes = (crs_plot_axes){.x_label = names == NULL ? "x1" : names[0],
                              .y_label = names == NULL ? "x2" : names[1]};
    plane_window(data, &f->axes);
    status = fill_field(command, model, f);
    if (status == EXIT_DONE)
        status = fill_creases(command, model, f);
    if (status == EXIT_DONE)
        status = fill_points(command, model, data, f);
    if (status != EXIT_DONE) {
        model_figure_destroy(f);
        return status;
    }
    (void)snprintf(f->subtitle, sizeof f->subtitle, "%zu of %zu samples right (%.1f %%)", f->right,
                   data->n_samples, 100 * (double)f->right / (double)data->n_samples);
    f->panel.axes = &f->axes;
    f->panel.title = path;
    f->panel.subtitle[0] = f->subtitle;
    f->panel.subtitle[1] = data->name;
    f->figure = (crs_plot_figure){.column_width = 480, .n_panels = 1, .panels = &f->panel};
    *out = f;
    return EXIT_DONE;
}

void model_figure_destroy(model_figure *figure)
{
    if (figure == NULL)
        return;
    free(figure->nodes);
    free(figure->outputs);
    free(figure->values);
    free(figure->levels);
    free(figure->creases);
    free(figure->predicted);
    free(figure->xy);
    free(figure->label);
    free(figure->wrong);
    free(figure);
}

const crs_plot_figure *model_figure_get(const model_figure *figure)
{
    return &figure->figure;
}

size_t model_figure_right(const model_figure *figure)
{
    return figure->right;
}
