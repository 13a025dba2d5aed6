/*
 * What the tests of this module share: a sink that keeps or fails, random
 * numbers, and a figure like the one that `crease compare` makes.
 */
#ifndef UNIT_PLOT_FIXTURE_H
#define UNIT_PLOT_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <crease/plot.h>

/* ---- a sink --------------------------------------------------------------------- */

typedef struct buffer {
    size_t n, room;
    char *bytes;      /* terminated */
    size_t n_writes;  /* so far */
    size_t fail_from; /* this write and all later ones fail; 0: none */
} buffer;

static crs_status buffer_write(void *ctx, const void *bytes, size_t n)
{
    buffer *b = ctx;
    b->n_writes++;
    if (b->fail_from > 0 && b->n_writes >= b->fail_from)
        return CRS_EIO;
    if (b->n + n + 1 > b->room) {
        b->room = 2 * (b->n + n + 1);
        b->bytes = realloc(b->bytes, b->room);
        assert_non_null(b->bytes);
    }
    memcpy(b->bytes + b->n, bytes, n);
    b->n += n;
    b->bytes[b->n] = '\0';
    return CRS_OK;
}

static inline crs_sink buffer_sink(buffer *b)
{
    crs_sink sink = {buffer_write, b};
    return sink;
}

static inline void buffer_release(buffer *b)
{
    free(b->bytes);
    memset(b, 0, sizeof *b);
}

/* ---- random numbers (splitmix64, public domain, Vigna 2015) ------------------------- */

static inline uint64_t random_bits(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline double random_unit(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) / 9007199254740992.0;
}

/* ---- a planar figure ------------------------------------------------------------------ */

#define FLOWER_SIDE 151
#define FLOWER_POINTS 400
#define FLOWER_CREASES 20
#define FLOWER_PANELS 4
#define FLOWER_STEPS 41

/*
 * Four panels with a field that turns like the flower's petals, its boundary,
 * 400 points, 20 creases, and a chart of four curves of which two are equal.
 */
typedef struct flower {
    double values[FLOWER_PANELS][FLOWER_SIDE * FLOWER_SIDE];
    double xy[2 * FLOWER_POINTS];
    int label[FLOWER_POINTS];
    unsigned char wrong[FLOWER_PANELS][FLOWER_POINTS];
    double creases[FLOWER_PANELS][3 * FLOWER_CREASES];
    double iteration[FLOWER_STEPS], cost[FLOWER_PANELS][FLOWER_STEPS];
    crs_plot_axes plane, time;
    crs_plot_field field[FLOWER_PANELS];
    crs_plot_contour boundary[FLOWER_PANELS];
    crs_plot_points points[FLOWER_PANELS];
    crs_plot_curve curve[FLOWER_PANELS];
    crs_plot_panel panel[FLOWER_PANELS + 1];
    crs_plot_figure figure;
} flower;

static inline double flower_field(int k, double x, double y)
{
    double angle = atan2(x, y), radius = sqrt(x * x + y * y);
    double score = sin(4 * angle + 0.2 * k) * radius + 0.3 * sin((3 + k) * x) * cos(2 * y);
    return 1 / (1 + exp(-2 * score));
}

static inline void flower_panel(flower *f, int k, uint64_t *state)
{
    static const char *const name[FLOWER_PANELS] = {"A > 0", "A >= 0", "Z > 0", "Z >= 0"};
    for (int iy = 0; iy < FLOWER_SIDE; iy++)
        for (int ix = 0; ix < FLOWER_SIDE; ix++)
            f->values[k][iy * FLOWER_SIDE + ix] =
                flower_field(k, -4.5 + 9.0 * ix / 150, -4.5 + 9.0 * iy / 150);
    for (int i = 0; i < FLOWER_POINTS; i++)
        f->wrong[k][i] = (flower_field(k, f->xy[2 * i], f->xy[2 * i + 1]) >= 0.5) != f->label[i];
    for (int i = 0; i < 3 * FLOWER_CREASES; i++)
        f->creases[k][i] = random_unit(state) - 0.5;
    for (int i = 0; i < FLOWER_STEPS; i++)
        f->cost[k][i] = 0.7 * exp(-0.05 * i * (k == 2 ? 0 : k)) + 0.02 * sin(i);
    f->field[k].nx = f->field[k].ny = FLOWER_SIDE;
    f->field[k].values = f->values[k];
    f->field[k].x_min = f->field[k].y_min = -4.5;
    f->field[k].x_max = f->field[k].y_max = 4.5;
    f->field[k].name = "probability of class 1";
    f->boundary[k].field = &f->field[k];
    f->boundary[k].level = 0.5;
    f->boundary[k].name = "p = 0.5";
    f->points[k].n = FLOWER_POINTS;
    f->points[k].xy = f->xy;
    f->points[k].label = f->label;
    f->points[k].wrong = f->wrong[k];
    f->curve[k].name = name[k];
    f->curve[k].n = FLOWER_STEPS;
    f->curve[k].x = f->iteration;
    f->curve[k].y = f->cost[k];
    f->panel[k].col = (size_t)k;
    f->panel[k].axes = &f->plane;
    f->panel[k].title = name[k];
    f->panel[k].subtitle[0] = k == 1 ? "wrong" : "derivative";
    f->panel[k].subtitle[1] = "cost 0.639, 59.8 %";
    f->panel[k].mark = k == 1 ? CRS_PLOT_MARK_BAD : CRS_PLOT_MARK_GOOD;
    f->panel[k].fill = &f->field[k];
    f->panel[k].n_creases = FLOWER_CREASES;
    f->panel[k].creases = f->creases[k];
    f->panel[k].creases_name = "crease, z = 0 of a hidden unit";
    f->panel[k].n_contours = 1;
    f->panel[k].contours = &f->boundary[k];
    f->panel[k].points = &f->points[k];
}

/* To be released with free(). */
static inline flower *flower_create(void)
{
    flower *f = calloc(1, sizeof *f);
    uint64_t state = 1;
    assert_non_null(f);
    for (int i = 0; i < FLOWER_POINTS; i++) {
        double angle = 6.2832 * i / FLOWER_POINTS, radius = 4 * sin(4 * angle);
        f->xy[2 * i] = radius * sin(angle) + 0.2 * random_unit(&state);
        f->xy[2 * i + 1] = radius * cos(angle) + 0.2 * random_unit(&state);
        f->label[i] = i >= FLOWER_POINTS / 2;
    }
    for (int i = 0; i < FLOWER_STEPS; i++)
        f->iteration[i] = 250.0 * i;
    f->plane.x_label = "x1";
    f->plane.y_label = "x2";
    f->time.x_label = "iteration";
    f->time.y_label = "cost";
    for (int k = 0; k < FLOWER_PANELS; k++)
        flower_panel(f, k, &state);
    f->panel[4].row = 1;
    f->panel[4].col_span = 4;
    f->panel[4].height = 190;
    f->panel[4].axes = &f->time;
    f->panel[4].title = "Cost during training";
    f->panel[4].n_curves = FLOWER_PANELS;
    f->panel[4].curves = f->curve;
    f->figure.title = "One network, four derivative rules";
    f->figure.caption = "A 2-20-1 network on 400 points; \"A >= 0\" & <others>.";
    f->figure.description = "Boundaries of four runs, and their costs.";
    f->figure.n_panels = 5;
    f->figure.panels = f->panel;
    return f;
}

#endif
