/*
 * optim/line_search.h - a step length that meets the strong Wolfe conditions.
 *
 * With phi(t) the cost at p + t d, Nocedal and Wright 2006, (3.7):
 *     phi(t) <= phi(0) + c1 t phi'(0),  |phi'(t)| <= c2 |phi'(0)|,  c1 = 1e-4, c2 = 0.9.
 */
#ifndef OPTIM_LINE_SEARCH_H
#define OPTIM_LINE_SEARCH_H

#include <crease/optim.h>

typedef struct crs__line {
    size_t n;
    crs_objective objective;
    void *ctx;
    const double *p, *d; /* [n] */
    double cost, slope;  /* phi(0), and phi'(0) < 0 */
    double *x, *g;       /* [n]: the point last tried, and its gradient */
    double *best_g;      /* [n]: the gradient at the point taken; g and best_g change places */
} crs__line;

/*
 * Search from the length `first` on. *t is one that meets the conditions, or the best that was
 * tried where rounding or too many trials end the search; 0 where none has a smaller cost. *cost
 * is phi(t), line->best_g its gradient. A point whose cost or slope is not finite counts as
 * higher than any. Errors: what the objective returned.
 */
crs_status crs__line_search(crs__line *line, double first, double *t, double *cost);

/* x[0] y[0] + x[1] y[1] + ..., in an order of its own. */
double crs__dot(size_t n, const double *x, const double *y);

#endif
