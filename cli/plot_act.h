/*
 * plot_act.h - the figure of an activation: g, and g' with rules beside it.
 */
#ifndef PLOT_ACT_H
#define PLOT_ACT_H

#include <crease/act.h>
#include <crease/plot.h>
#include <crease/rule.h>

typedef struct act_figure act_figure;

/* Three units on both sides of the kinks, or of 0 where there is none. */
void act_figure_range(const crs_act *act, double *from, double *to);

/*
 * g(z) and g'(z) for z in [from, to], and each of the rules[i], i < n_rules. At a
 * jump the value that holds is a filled dot, one that does not an open one. All
 * arguments are borrowed until the figure is destroyed. NULL without memory.
 */
act_figure *act_figure_create(const crs_act *act, double from, double to, size_t n_rules,
                              crs_rule *const *rules);

/* NULL is fine. */
void act_figure_destroy(act_figure *figure);

const crs_plot_figure *act_figure_get(const act_figure *figure);

#endif
