#include <math.h>

#include "core/memory.h"
#include "plot/contour.h"
#include "plot/terminal.h"

uint32_t crs__plot_region_char(const crs__plot_term *term, int upper)
{
    if (term->ascii)
        return upper ? '#' : '.';
    return upper ? 0x2592 : 0xB7; /* a grey block, a raised dot */
}

uint32_t crs__plot_boundary_char(const crs__plot_term *term)
{
    return term->ascii ? '+' : 0x2588; /* a full block */
}

uint32_t crs__plot_point_char(int label, int wrong)
{
    static const char right[] = "oxvszw", capital[] = "OXVSZW";
    size_t i = (size_t)label % (sizeof right - 1);
    return (unsigned char)(wrong ? capital[i] : right[i]);
}

/*
 * 256 colours hold few pale blues and oranges: these, picked by eye, keep the hues
 * that the nearest ones to the palette would lose.
 */
static const crs__plot_color band_of_256[] = {0x5FAFD7, 0x87AFD7, 0xAFD7FF, 0xEEEEEE,
                                              0xFFD7AF, 0xFFD787, 0xFFAF5F};

crs__plot_color crs__plot_band_pixel(const crs__plot_term *term, size_t band, size_t n)
{
    size_t last = sizeof band_of_256 / sizeof *band_of_256 - 1;
    if (term->mode == CRS_TERM_256)
        return band_of_256[(2 * band * last + n) / (2 * n)];
    return crs__plot_band_color(band, n);
}

crs__plot_color crs__plot_boundary_pixel(void)
{
    return CRS__PLOT_INK;
}

/* Muted where the point lies on its side, strong where it is misclassified. */
crs__plot_color crs__plot_point_pixel(const crs__plot_term *term, int label, int wrong)
{
    static const crs__plot_color strong[2] = {0x0B2BD6, 0xC01500};
    static const crs__plot_color muted_of_256[2] = {0x5F87AF, 0xD75F00};
    if (label < 2 && wrong)
        return strong[label];
    if (label < 2 && term->mode == CRS_TERM_256)
        return muted_of_256[label];
    return crs__plot_mix(crs__plot_class_color(label), wrong ? 0x000000 : CRS__PLOT_WHITE, 0.35);
}

/* What one pixel shows. */
typedef struct pixel {
    double value; /* of the field, NaN: none */
    int boundary; /* the line passes here */
    int has_point, label, wrong;
} pixel;

typedef struct raster {
    size_t w, h;
    const crs_plot_field *field; /* NULL: none */
    double level;                /* that parts its regions */
    pixel *at;                   /* [h, w], row 0 at the top */
} raster;

/* The field that is shown and the level that parts its regions. */
static const crs_plot_field *field_of(const crs_plot_panel *panel, double *level)
{
    *level = 0.5;
    if (panel->fill != NULL && panel->fill->cells) {
        const double *levels;
        size_t n = crs__plot_levels(panel->fill, &levels);
        *level = levels[n / 2];
        return panel->fill;
    }
    for (size_t i = 0; i < panel->n_contours; i++) {
        const crs_plot_contour *contour = &panel->contours[i];
        if (contour->line == CRS_PLOT_LINE_BOUNDARY &&
            (panel->fill == NULL || contour->field == panel->fill)) {
            *level = contour->level;
            return contour->field;
        }
    }
    return panel->fill;
}

static void sample_field(const crs__plot_limits *l, raster *r)
{
    for (size_t row = 0; row < r->h; row++) {
        for (size_t col = 0; col < r->w; col++) {
            double u = ((double)col + 0.5) / (double)r->w,
                   v = 1 - ((double)row + 0.5) / (double)r->h;
            v = l->y_down ? 1 - v : v;
            double x = l->x_min + u * (l->x_max - l->x_min);
            double y = l->log_y ? exp(log(l->y_min) + v * (log(l->y_max) - log(l->y_min)))
                                : l->y_min + v * (l->y_max - l->y_min);
            r->at[row * r->w + col].value =
                r->field != NULL ? crs__plot_field_at(r->field, x, y) : NAN;
        }
    }
}

/* Whether the line passes between two pixels. */
static int are_apart(const raster *r, const pixel *a, const pixel *b)
{
    return isfinite(a->value) && isfinite(b->value) && !r->field->cells &&
           (a->value >= r->level) != (b->value >= r->level);
}

static void mark_boundary(raster *r)
{
    for (size_t row = 0; row < r->h; row++) {
        for (size_t col = 0; col < r->w; col++) {
            pixel *p = &r->at[row * r->w + col];
            p->boundary = (col + 1 < r->w && are_apart(r, p, p + 1)) ||
                          (row + 1 < r->h && are_apart(r, p, p + r->w));
        }
    }
}

/* The misclassified win a pixel, then who comes first. */
static void place_points(const crs_plot_points *points, const crs__plot_limits *limits, raster *r)
{
    for (size_t i = 0; i < points->n; i++) {
        int wrong = points->wrong != NULL && points->wrong[i];
        double u, v;
        pixel *p;
        if (!crs__plot_place(limits, points->xy[2 * i], points->xy[2 * i + 1], &u, &v) || u < 0 ||
            u > 1 || v < 0 || v > 1)
            continue;
        p = &r->at[(size_t)fmin((1 - v) * (double)r->h, (double)(r->h - 1)) * r->w +
                   (size_t)fmin(u * (double)r->w, (double)(r->w - 1))];
        if (p->has_point && (p->wrong || !wrong))
            continue;
        p->has_point = 1;
        p->wrong = wrong;
        p->label = points->label != NULL ? points->label[i] : 0;
    }
}

static crs__plot_color pixel_color(const raster *r, const crs__plot_term *term, const pixel *p)
{
    const double *level;
    size_t n;
    if (p->has_point)
        return crs__plot_point_pixel(term, p->label, p->wrong);
    if (p->boundary)
        return crs__plot_boundary_pixel();
    if (!isfinite(p->value))
        return CRS__PLOT_NO_COLOR;
    n = crs__plot_levels(r->field, &level);
    return crs__plot_band_pixel(term, crs__plot_band_of(r->field, p->value), n);
}

/* Two pixels in one cell, the upper as the ink of a half block. */
static void put_half_blocks(const raster *r, const crs__plot_term *term, const crs__plot_area *area,
                            crs__plot_screen *screen)
{
    for (size_t row = 0; row < area->rows; row++) {
        for (size_t col = 0; col < area->columns; col++) {
            crs__plot_color upper = pixel_color(r, term, &r->at[2 * row * r->w + col]);
            crs__plot_color lower = pixel_color(r, term, &r->at[(2 * row + 1) * r->w + col]);
            uint32_t c = upper != CRS__PLOT_NO_COLOR ? 0x2580 : 0x2584;
            if (upper == CRS__PLOT_NO_COLOR && lower == CRS__PLOT_NO_COLOR)
                continue;
            if (upper == CRS__PLOT_NO_COLOR) {
                upper = lower;
                lower = CRS__PLOT_NO_COLOR;
            }
            crs__plot_screen_put(screen, area->row + row, area->column + col, c, upper, lower);
        }
    }
}

static void put_characters(const raster *r, const crs__plot_term *term, const crs__plot_area *area,
                           crs__plot_screen *screen)
{
    for (size_t row = 0; row < area->rows; row++) {
        for (size_t col = 0; col < area->columns; col++) {
            const pixel *p = &r->at[row * r->w + col];
            uint32_t c = ' ';
            if (p->has_point && (p->wrong || !p->boundary))
                c = crs__plot_point_char(p->label, p->wrong);
            else if (p->boundary)
                c = crs__plot_boundary_char(term);
            else if (isfinite(p->value))
                c = crs__plot_region_char(term, p->value >= r->level);
            crs__plot_screen_put(screen, area->row + row, area->column + col, c, CRS__PLOT_NO_COLOR,
                                 CRS__PLOT_NO_COLOR);
        }
    }
}

crs_status crs__plot_term_picture(const crs_plot_panel *panel, const crs__plot_limits *limits,
                                  const crs__plot_term *term, const crs__plot_area *area,
                                  crs__plot_screen *screen)
{
    int has_color = term->mode != CRS_TERM_PLAIN;
    raster r = {area->columns, area->rows * (has_color ? 2 : 1), NULL, 0, NULL};
    r.field = field_of(panel, &r.level);
    r.at = crs__alloc(r.w * r.h, sizeof *r.at);
    if (r.at == NULL)
        return CRS_ENOMEM;
    sample_field(limits, &r);
    mark_boundary(&r);
    if (panel->points != NULL)
        place_points(panel->points, limits, &r);
    if (has_color)
        put_half_blocks(&r, term, area, screen);
    else
        put_characters(&r, term, area, screen);
    crs__free(r.at);
    return CRS_OK;
}
