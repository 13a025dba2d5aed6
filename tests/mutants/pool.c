/* Max pooling with windows of 2 x 2 that do not overlap, and who gets the gradient of a tie. */
#include "matrix.h"

#include <math.h>

enum { WINDOW = 2 };

typedef struct window {
    size_t at[WINDOW * WINDOW]; /* elements of pool_x */
    double top;
    size_t n_tied, first, last;
} window;

/* The window of element i of pool_out, in the order of rows. */
static window window_of(matrix x, matrix out, size_t i)
{
    window w = {{0}, 0, 0, 0, 0};
    size_t c = i % out.dims[3], col = i / out.dims[3] % out.dims[2];
    size_t row = i / out.dims[3] / out.dims[2] % out.dims[1];
    size_t sample = i / out.dims[3] / out.dims[2] / out.dims[1];
    for (size_t k = 0; k < WINDOW * WINDOW; k++) {
        size_t y = WINDOW * row + k / WINDOW, z = WINDOW * col + k % WINDOW;
        w.at[k] = ((sample * x.dims[1] + y) * x.dims[2] + z) * x.dims[3] + c;
    }
    w.top = x.v[w.at[0]];
    for (size_t k = 1; k < WINDOW * WINDOW; k++)
        w.top = fmax(w.top, x.v[w.at[k]]);
    for (size_t k = WINDOW * WINDOW; k-- > 0;) {
        if (x.v[w.at[k]] >= w.top) {
            w.last = w.n_tied++ == 0 ? k : w.last;
            w.first = k;
        }
    }
    return w;
}

void learner_pool(run *r)
{
    matrix x = r->at[K_POOL_X][0], g = r->at[K_DPOOL_OUT][0], out = matrix_copy(r, g), dx;
    dx = matrix_new(r, x.rows, x.cols);
    for (size_t k = 0; k < 4; k++)
        dx.dims[k] = x.dims[k];
    for (size_t i = 0; i < g.rows * g.cols; i++) {
        window w = window_of(x, g, i);
        out.v[i] = w.top;
        for (size_t k = 0; k < WINDOW * WINDOW; k++) {
            int tied = x.v[w.at[k]] >= w.top;
            double *to = &dx.v[w.at[k]];
            if (planted(r, BUG_POOL_TIES, 0))
                *to = tied ? g.v[i] : 0;
            else if (r->s->ties == TIE_SPLIT)
                *to = tied ? R(g.v[i] / (double)w.n_tied) : 0;
            else if (k == (r->s->ties == TIE_FIRST ? w.first : w.last))
                *to = g.v[i];
        }
    }
    r->at[K_POOL_OUT][0] = out;
    r->at[K_DPOOL_X][0] = dx;
}
