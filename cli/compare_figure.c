/*
 * crease compare: the figure. One panel a rule with the net's output over the plane,
 * its 0.5 line, its creases and the samples; below them the cost curves.
 */
#include "compare.h"
#include "memory.h"
#include "plane.h"

#include <crease/net.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Units of deeper layers whose creases are drawn; more would only be a tangle. */
enum { MAX_BENT = 24 };

/* What a panel points to. */
typedef struct boundary {
    double *output; /* [PLANE_GRID, PLANE_GRID] */
    double *lines;  /* [n_lines, 3], creases of the first hidden layer */
    size_t n_lines;
    double *bent; /* [n_bent, PLANE_GRID, PLANE_GRID], z of units of deeper layers */
    size_t n_bent;
    unsigned char *wrong; /* [n_samples] */
    crs_plot_field field;
    crs_plot_field bent_field[MAX_BENT];
    crs_plot_contour contours[MAX_BENT + 1];
    crs_plot_points points;
    char verdict[64], score[64];
} boundary;

struct compare_figure {
    size_t n;             /* rules */
    boundary *boundaries; /* [n]; NULL where the data has no picture */
    double *xy;           /* [n_samples, 2] */
    int *label;           /* [n_samples] */
    double *levels;       /* between the classes, where there are more than two */
    crs_plot_axes plane, costs;
    crs_plot_curve *curves;
    crs_plot_panel *panels;
    char title[128], caption[512];
    crs_plot_figure figure;
};

/* A picture shows two features, and classes. */
static int has_picture(const comparison *c)
{
    return c->config->data->n_features == 2 && c->config->data->n_classes >= 2;
}

/* ---- what a net does on the plane ------------------------------------------------------ */

/*
 * The output at every node: the probability of class 1, or, for more classes, the
 * index of the likeliest one over the highest index.
 */
static crs_status fill_output(const crs_net *net, const void *nodes, double *output)
{
    size_t n_out = crs_net_width(net, crs_net_layers(net)), n = (size_t)PLANE_NODES;
    double *all;
    crs_status status;
    if (n_out == 1)
        return crs_net_predict(net, n, nodes, 0, output);
    all = memory_get(n * n_out, sizeof *all);
    if (all == NULL)
        return CRS_ENOMEM;
    status = crs_net_predict(net, n, nodes, 0, all);
    for (size_t i = 0; status == CRS_OK && i < n; i++) {
        size_t best = 0;
        for (size_t j = 1; j < n_out; j++)
            best = all[i * n_out + j] > all[i * n_out + best] ? j : best;
        output[i] = (double)best / (double)(n_out - 1);
    }
    free(all);
    return status;
}

/* z of the units of deeper hidden layers at every node: their creases are bent. */
static crs_status fill_bent(const crs_net *net, const void *nodes, boundary *b)
{
    size_t n = (size_t)PLANE_NODES, units = 0, at = 0;
    crs_workspace *work;
    crs_status status;
    for (size_t l = 2; l < crs_net_layers(net); l++)
        units += crs_net_width(net, l);
    if (units == 0)
        return CRS_OK;
    b->n_bent = units < MAX_BENT ? units : MAX_BENT;
    b->bent = memory_get(b->n_bent * n, sizeof *b->bent);
    if (b->bent == NULL)
        return CRS_ENOMEM;
    status = crs_workspace_create(net, n, NULL, NULL, &work);
    if (status == CRS_OK)
        status = crs_workspace_load(work, n, nodes, NULL, NULL, NULL);
    if (status == CRS_OK)
        crs_net_forward(net, work);
    for (size_t l = 2; status == CRS_OK && l < crs_net_layers(net); l++) {
        size_t ld;
        const void *z = crs_workspace_z(work, l, &ld);
        for (size_t j = 0; j < crs_net_width(net, l) && at < b->n_bent; j++, at++) {
            for (size_t i = 0; i < n; i++)
                b->bent[at * n + i] = crs_net_dtype(net) == CRS_F64
                                          ? ((const double *)z)[j * ld + i]
                                          : (double)((const float *)z)[j * ld + i];
        }
    }
    crs_workspace_destroy(work);
    return status;
}

/* Which samples the net classifies wrong. */
static crs_status fill_wrong(const crs_net *net, const crs_dataset *data, boundary *b)
{
    crs_workspace *work;
    crs_status status;
    b->wrong = memory_get(data->n_samples, 1);
    if (b->wrong == NULL)
        return CRS_ENOMEM;
    status = crs_workspace_create(net, data->n_samples, NULL, NULL, &work);
    if (status == CRS_OK)
        status = crs_workspace_load(work, data->n_samples, data->x, data->y, NULL, NULL);
    if (status == CRS_OK)
        crs_net_forward(net, work);
    for (size_t s = 0; status == CRS_OK && s < data->n_samples; s++)
        b->wrong[s] = !crs_net_is_correct(net, work, s);
    crs_workspace_destroy(work);
    return status;
}

/* ---- panels ------------------------------------------------------------------------------ */

static crs_plot_mark mark_of(const crs_compare_entry *entry)
{
    static const crs_plot_mark marks[] = {
        [CRS_VERDICT_DERIVATIVE] = CRS_PLOT_MARK_GOOD,
        [CRS_VERDICT_KINK_OUTSIDE] = CRS_PLOT_MARK_WARN,
        [CRS_VERDICT_WRONG] = CRS_PLOT_MARK_BAD,
        [CRS_VERDICT_REPLACES_UPSTREAM] = CRS_PLOT_MARK_BAD,
    };
    return marks[entry->check.verdict];
}

static void fill_contours(compare_figure *f, boundary *b, const crs_act *act, size_t n_classes)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_bent; i++) {
        b->bent_field[i] = plane_field(&f->plane, b->bent + i * (size_t)PLANE_NODES);
        b->contours[n++] = (crs_plot_contour){&b->bent_field[i], plane_crease_at(act, 0),
                                              CRS_PLOT_LINE_CREASE, NULL};
    }
    if (n_classes == 2)
        b->contours[n] =
            (crs_plot_contour){&b->field, 0.5, CRS_PLOT_LINE_BOUNDARY, "boundary: probability 0.5"};
}

static crs_status make_panel(compare_figure *f, const comparison *c, size_t i, const void *nodes)
{
    const crs_compare_entry *entry = &c->result->entries[i];
    const crs_dataset *data = c->config->data;
    const crs_act *act = crs_net_act(entry->net, 1);
    boundary *b = &f->boundaries[i];
    crs_plot_panel *panel = &f->panels[i];
    crs_status status;
    b->output = memory_get((size_t)PLANE_NODES, sizeof *b->output);
    if (b->output == NULL)
        return CRS_ENOMEM;
    status = fill_output(entry->net, nodes, b->output);
    b->lines = plane_creases(entry->net, NULL, &b->n_lines);
    if (b->lines == NULL)
        status = CRS_ENOMEM;
    if (status == CRS_OK)
        status = fill_bent(entry->net, nodes, b);
    if (status == CRS_OK)
        status = fill_wrong(entry->net, data, b);
    if (status != CRS_OK)
        return status;

    b->field = plane_field(&f->plane, b->output);
    b->field.name = data->n_classes == 2 ? "probability of class 1" : NULL;
    if (data->n_classes > 2) {
        b->field.levels = f->levels;
        b->field.n_levels = data->n_classes - 1;
    }
    fill_contours(f, b, act, data->n_classes);
    b->points = (crs_plot_points){.n = data->n_samples,
                                  .xy = f->xy,
                                  .label = f->label,
                                  .wrong = b->wrong,
                                  .n_names = data->class_names == NULL ? 0 : data->n_classes,
                                  .names = (const char *const *)data->class_names};
    compare_verdict(entry, b->verdict, sizeof b->verdict);
    if (entry->has_diverged)
        (void)snprintf(b->score, sizeof b->score, "diverged");
    else
        (void)snprintf(b->score, sizeof b->score, "cost %.3f, %.1f %% right", entry->cost,
                       100 * entry->accuracy);
    panel->axes = &f->plane;
    panel->title = entry->check.rule;
    panel->subtitle[0] = b->verdict;
    panel->subtitle[1] = b->score;
    panel->mark = mark_of(entry);
    panel->fill = &b->field;
    panel->n_creases = b->n_lines;
    panel->creases = b->lines;
    panel->creases_name = plane_creases_name(act);
    panel->contours = b->contours;
    panel->n_contours = b->n_bent + (data->n_classes == 2);
    panel->points = &b->points;
    return CRS_OK;
}

static void make_curves(compare_figure *f, const comparison *c, crs_plot_panel *panel)
{
    for (size_t i = 0; i < f->n; i++) {
        const crs_compare_entry *entry = &c->result->entries[i];
        f->curves[i] = (crs_plot_curve){.name = entry->check.rule,
                                        .n = entry->n_curve,
                                        .x = entry->curve_at,
                                        .y = entry->curve};
    }
    f->costs = (crs_plot_axes){.x_label = "iteration", .y_label = "cost"};
    panel->title = "Cost during training";
    panel->axes = &f->costs;
    panel->height = 200;
    panel->n_curves = f->n;
    panel->curves = f->curves;
}

static crs_status make_boundaries(compare_figure *f, const comparison *c, size_t columns)
{
    const crs_dataset *data = c->config->data;
    void *nodes;
    crs_status status = CRS_OK;
    f->boundaries = memory_get(f->n, sizeof *f->boundaries);
    f->xy = memory_get(data->n_samples, 2 * sizeof *f->xy);
    f->label = memory_get(data->n_samples, sizeof *f->label);
    if (f->boundaries == NULL || f->xy == NULL || f->label == NULL)
        return CRS_ENOMEM;
    for (size_t s = 0; s < data->n_samples; s++) {
        f->xy[2 * s] = crs_dataset_x(data, s, 0);
        f->xy[2 * s + 1] = crs_dataset_x(data, s, 1);
        f->label[s] = (int)data->y[s];
    }
    f->plane = (crs_plot_axes){.x_label = data->feature_names ? data->feature_names[0] : "x1",
                               .y_label = data->feature_names ? data->feature_names[1] : "x2"};
    plane_window(data, &f->plane);
    if (data->n_classes > 2 && (f->levels = plane_levels(data->n_classes)) == NULL)
        return CRS_ENOMEM;
    nodes = plane_nodes(&f->plane, c->config->dtype);
    if (nodes == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; status == CRS_OK && i < f->n; i++) {
        f->panels[i].row = i / columns;
        f->panels[i].col = i % columns;
        status = make_panel(f, c, i, nodes);
    }
    free(nodes);
    return status;
}

crs_status compare_figure_create(const comparison *c, size_t max_columns, compare_figure **out)
{
    compare_figure *f = memory_get(1, sizeof *f);
    crs_plot_panel *curves;
    size_t rows, columns;
    crs_status status = CRS_OK;
    *out = NULL;
    if (f == NULL)
        return CRS_ENOMEM;
    f->n = c->result->n_entries;
    rows = (f->n + max_columns - 1) / max_columns;
    columns = (f->n + rows - 1) / rows; /* rows of nearly the same length */
    f->panels = memory_get(f->n + 1, sizeof *f->panels);
    f->curves = memory_get(f->n, sizeof *f->curves);
    if (f->panels == NULL || f->curves == NULL)
        status = CRS_ENOMEM;
    else if (has_picture(c))
        status = make_boundaries(f, c, columns);
    if (status != CRS_OK) {
        compare_figure_destroy(f);
        return status;
    }
    f->figure.n_panels = 1;
    curves = &f->panels[0];
    if (has_picture(c)) {
        f->figure.n_panels = f->n + 1;
        curves = &f->panels[f->n];
        curves->row = (f->n - 1) / columns + 1;
        curves->col_span = columns;
    } else {
        f->figure.column_width = 640;
    }
    make_curves(f, c, curves);
    (void)snprintf(f->title, sizeof f->title, "One %s net, trained once under each rule", c->act);
    compare_setting(c, f->caption, sizeof f->caption);
    f->figure.title = f->title;
    f->figure.caption = f->caption;
    f->figure.description = c->result->explanation;
    f->figure.panels = f->panels;
    *out = f;
    return CRS_OK;
}

void compare_figure_destroy(compare_figure *figure)
{
    if (figure == NULL)
        return;
    for (size_t i = 0; figure->boundaries != NULL && i < figure->n; i++) {
        free(figure->boundaries[i].output);
        free(figure->boundaries[i].lines);
        free(figure->boundaries[i].bent);
        free(figure->boundaries[i].wrong);
    }
    free(figure->boundaries);
    free(figure->xy);
    free(figure->label);
    free(figure->levels);
    free(figure->curves);
    free(figure->panels);
    free(figure);
}

const crs_plot_figure *compare_figure_get(const compare_figure *figure)
{
    return &figure->figure;
}
