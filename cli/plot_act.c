#include "plot_act.h"

#include "memory.h"
#include "options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define N_GRID 601
/* At each kink five more: the end of one branch, the value there, the next branch's start, gaps. */
#define N_POINTS (N_GRID + 5 * CRS_ACT_MAX_KINKS)
#define MAX_CURVES (1 + TEXT_LIST_MAX) /* g' and the rules */
#define MAX_DOTS (3 * CRS_ACT_MAX_KINKS * MAX_CURVES)

struct act_figure {
    const crs_act *act;
    double from, to;
    double x[MAX_CURVES + 1][N_POINTS];
    double y[MAX_CURVES + 1][N_POINTS];
    crs_plot_curve value_curve;
    crs_plot_curve slope_curves[MAX_CURVES];
    crs_plot_dot dots[MAX_DOTS];
    crs_plot_axes value_axes, slope_axes;
    char title[128];
    crs_plot_panel panels[2];
    crs_plot_figure figure;
};

/* What is drawn: g, g' or a rule, at one z. `rule` is NULL for the first two. */
typedef double function(const crs_act *act, const crs_rule *rule, double z);

static double value_at(const crs_act *act, const crs_rule *rule, double z)
{
    (void)rule;
    return crs_act_value_f64(act, z);
}

static double slope_at(const crs_act *act, const crs_rule *rule, double z)
{
    (void)rule;
    return crs_act_slope_f64(act, z);
}

/* With an upstream gradient of 1 a rule's value is what it takes for g'(z). */
static double rule_at(const crs_act *act, const crs_rule *rule, double z)
{
    const double a = crs_act_value_f64(act, z);
    const double upstream = 1;
    double out;
    crs_rule_eval_f64(rule, 1, &z, &a, &upstream, &out);
    return out;
}

static void add_point(crs_plot_curve *curve, double *xs, double *ys, double x, double y)
{
    xs[curve->n] = x;
    ys[curve->n] = y;
    curve->n++;
}

/* Fill curve `row` of the figure with f; it breaks off and starts again at every kink. */
static void trace(act_figure *fig, size_t row, function *f, const crs_rule *rule,
                  crs_plot_curve *curve)
{
    double *xs = fig->x[row];
    double *ys = fig->y[row];
    size_t next_kink = 0;
    curve->x = xs;
    curve->y = ys;
    for (size_t i = 0; i < N_GRID; i++) {
        double z = fig->from + (fig->to - fig->from) * (double)i / (N_GRID - 1);
        int on_kink = 0;
        while (next_kink < fig->act->n_kinks && fig->act->kink[next_kink].z <= z) {
            double at = fig->act->kink[next_kink++].z;
            if (at < fig->from)
                continue;
            add_point(curve, xs, ys, at, f(fig->act, rule, nextafter(at, -INFINITY)));
            add_point(curve, xs, ys, at, NAN);
            add_point(curve, xs, ys, at, f(fig->act, rule, at));
            add_point(curve, xs, ys, at, NAN);
            add_point(curve, xs, ys, at, f(fig->act, rule, nextafter(at, INFINITY)));
            on_kink |= at == z;
        }
        if (!on_kink)
            add_point(curve, xs, ys, z, f(fig->act, rule, z));
    }
}

static void add_dot(crs_plot_panel *panel, act_figure *fig, double x, double y, int style, int open)
{
    crs_plot_dot *dot = &fig->dots[panel->n_dots++];
    dot->x = x;
    dot->y = y;
    dot->style = style;
    dot->open = open;
}

/* The dots of one curve: only where it jumps, or its value at the kink stands apart. */
static void mark_kinks(act_figure *fig, function *f, const crs_rule *rule, int style,
                       crs_plot_panel *panel)
{
    for (size_t i = 0; i < fig->act->n_kinks; i++) {
        double z = fig->act->kink[i].z;
        double left = f(fig->act, rule, nextafter(z, -INFINITY));
        double right = f(fig->act, rule, nextafter(z, INFINITY));
        double value = f(fig->act, rule, z);
        if (z < fig->from || z > fig->to || (left == right && left == value))
            continue;
        if (left != value)
            add_dot(panel, fig, z, left, style, 1);
        if (right != value)
            add_dot(panel, fig, z, right, style, 1);
        add_dot(panel, fig, z, value, style, 0);
    }
}

static void fill_slopes(act_figure *fig, size_t n_rules, crs_rule *const *rules,
                        crs_plot_panel *panel)
{
    crs_plot_curve *exact = &fig->slope_curves[0];
    exact->name = "g'(z)";
    exact->heavy = 1;
    exact->style = 1;
    trace(fig, 1, slope_at, NULL, exact);
    for (size_t i = 0; i < n_rules; i++) {
        crs_plot_curve *curve = &fig->slope_curves[1 + i];
        curve->name = crs_rule_text(rules[i]);
        curve->style = (int)i + 2;
        trace(fig, 2 + i, rule_at, rules[i], curve);
        mark_kinks(fig, rule_at, rules[i], curve->style, panel);
    }
    mark_kinks(fig, slope_at, NULL, exact->style, panel); /* last: what is right lies on top */
    panel->curves = fig->slope_curves;
    panel->n_curves = 1 + n_rules;
    panel->dots = fig->dots;
}

void act_figure_range(const crs_act *act, double *from, double *to)
{
    *from = -3;
    *to = 3;
    if (act->n_kinks > 0) {
        *from = fmin(0, act->kink[0].z) - 3;
        *to = fmax(0, act->kink[act->n_kinks - 1].z) + 3;
    }
}

act_figure *act_figure_create(const crs_act *act, double from, double to, size_t n_rules,
                              crs_rule *const *rules)
{
    char name[64];
    act_figure *fig = memory_get(1, sizeof *fig);
    if (fig == NULL)
        return NULL;
    fig->act = act;
    fig->from = from;
    fig->to = to;

    crs_act_format(act, name, sizeof name);
    (void)snprintf(fig->title, sizeof fig->title, "%s and its derivative", name);
    fig->value_axes = (crs_plot_axes){.x_label = "z", .y_label = "a = g(z)"};
    fig->slope_axes =
        (crs_plot_axes){.x_label = "z", .y_label = n_rules == 0 ? "g'(z)" : "in place of g'(z)"};

    fig->value_curve.style = 1;
    fig->value_curve.heavy = 1;
    trace(fig, 0, value_at, NULL, &fig->value_curve);
    fig->panels[0].title = "g(z)";
    fig->panels[0].subtitle[0] = crs_act_formula(act->id);
    fig->panels[0].axes = &fig->value_axes;
    fig->panels[0].n_curves = 1;
    fig->panels[0].curves = &fig->value_curve;

    fig->panels[1].col = 1;
    fig->panels[1].title = n_rules == 0 ? "g'(z)" : "g'(z) and the rule";
    fig->panels[1].axes = &fig->slope_axes;
    fill_slopes(fig, n_rules, rules, &fig->panels[1]);

    fig->figure.title = fig->title;
    fig->figure.column_width = 320;
    fig->figure.n_panels = 2;
    fig->figure.panels = fig->panels;
    return fig;
}

void act_figure_destroy(act_figure *figure)
{
    free(figure);
}

const crs_plot_figure *act_figure_get(const act_figure *figure)
{
    return &figure->figure;
}
