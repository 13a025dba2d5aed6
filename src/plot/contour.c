#include "plot/contour.h"

#include <math.h>

#include "core/memory.h"
#include "plot/cells.h"

/*
 * A field as cells. Every place where a contour can turn has a number: the
 * crossing on each edge between two neighbouring nodes and on each spoke from a
 * corner to its cell's centre, and the nodes themselves (for region edges along the
 * border). Two segments meet where their numbers agree, never by comparing
 * coordinates.
 */
typedef struct mesh {
    const crs_plot_field *field;
    size_t nx, ny; /* nodes, at least 2 each way: a field of one column is doubled */
    size_t first_vertical, first_spoke, first_node, n_ids;
    unsigned char *is_solid; /* [cells]; NULL until find_holes */
} mesh;

typedef struct vertex {
    size_t id; /* of a node; NO_NODE for a cell's centre */
    double x, y, f;
} vertex;

#define NO_NODE ((size_t)-1)

/* Directed so that the higher side lies to the left. */
typedef struct segment {
    size_t from, to;
    double x0, y0, x1, y1;
    size_t next; /* another segment with the same `from`, NONE if there is no more */
    int used;
} segment;

#define NONE ((size_t)-1)

typedef struct segments {
    size_t n, room;
    segment *at;
} segments;

static mesh mesh_of(const crs_plot_field *field)
{
    mesh m;
    m.field = field;
    m.nx = field->nx < 2 ? 2 : field->nx;
    m.ny = field->ny < 2 ? 2 : field->ny;
    m.first_vertical = (m.nx - 1) * m.ny;
    m.first_spoke = m.first_vertical + m.nx * (m.ny - 1);
    m.first_node = m.first_spoke + 4 * (m.nx - 1) * (m.ny - 1);
    m.n_ids = m.first_node + m.nx * m.ny;
    m.is_solid = NULL;
    return m;
}

static double node_value(const mesh *m, size_t ix, size_t iy)
{
    if (m->field->nx < 2)
        ix = 0;
    if (m->field->ny < 2)
        iy = 0;
    return m->field->values[iy * m->field->nx + ix];
}

/* From p at t = 0 to q at 1: exactly these at the ends, never beyond them. */
static double between(double p, double q, double t)
{
    return t < 0.5 ? p + t * (q - p) : q - (1 - t) * (q - p);
}

/* Of node i of n. */
static double node_place(double low, double high, size_t i, size_t n)
{
    return between(low, high, (double)i / (double)(n - 1));
}

static vertex node(const mesh *m, size_t ix, size_t iy)
{
    vertex v;
    v.id = m->first_node + iy * m->nx + ix;
    v.x = node_place(m->field->x_min, m->field->x_max, ix, m->nx);
    v.y = node_place(m->field->y_min, m->field->y_max, iy, m->ny);
    v.f = node_value(m, ix, iy);
    return v;
}

/* Whether a cell's corners are all finite: else it is a hole. */
static int has_finite_corners(const mesh *m, size_t ix, size_t iy)
{
    return isfinite(node_value(m, ix, iy)) && isfinite(node_value(m, ix + 1, iy)) &&
           isfinite(node_value(m, ix, iy + 1)) && isfinite(node_value(m, ix + 1, iy + 1));
}

/* Fill m->is_solid, to be released. Errors: CRS_ENOMEM. */
static crs_status find_holes(mesh *m)
{
    m->is_solid = crs__alloc((m->nx - 1) * (m->ny - 1), 1);
    if (m->is_solid == NULL)
        return CRS_ENOMEM;
    for (size_t iy = 0; iy + 1 < m->ny; iy++)
        for (size_t ix = 0; ix + 1 < m->nx; ix++)
            m->is_solid[iy * (m->nx - 1) + ix] = has_finite_corners(m, ix, iy) != 0;
    return CRS_OK;
}

/* Whether cell (ix, iy) exists and is no hole. Counts may wrap below 0. */
static int is_cell(const mesh *m, size_t ix, size_t iy)
{
    return ix < m->nx - 1 && iy < m->ny - 1 && m->is_solid[iy * (m->nx - 1) + ix];
}

/* corner[] counterclockwise from the lower left one. */
static void cell_vertices(const mesh *m, size_t ix, size_t iy, vertex corner[4], vertex *centre)
{
    corner[0] = node(m, ix, iy);
    corner[1] = node(m, ix + 1, iy);
    corner[2] = node(m, ix + 1, iy + 1);
    corner[3] = node(m, ix, iy + 1);
    centre->id = NO_NODE;
    centre->x = 0.5 * corner[0].x + 0.5 * corner[2].x;
    centre->y = 0.5 * corner[0].y + 0.5 * corner[2].y;
    /* quarters first: the sum of four large values may overflow */
    centre->f =
        (0.25 * corner[0].f + 0.25 * corner[2].f) + (0.25 * corner[1].f + 0.25 * corner[3].f);
}

static crs_status add_segment(segments *list, size_t from, const vertex *a, size_t to,
                              const vertex *b)
{
    segment *s;
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 256;
        segment *at = crs__realloc(list->at, room, sizeof *at);
        if (at == NULL)
            return CRS_ENOMEM;
        list->at = at;
        list->room = room;
    }
    s = &list->at[list->n++];
    s->from = from;
    s->to = to;
    s->x0 = a->x;
    s->y0 = a->y;
    s->x1 = b->x;
    s->y1 = b->y;
    s->next = NONE;
    s->used = 0;
    return CRS_OK;
}

/*
 * Where the line from a to b reaches the level. Both triangles at an edge ask
 * with the ends in the same order, and get the same bits: lower id first, a
 * cell's centre (the largest id) last.
 */
static vertex crossing(const vertex *a, const vertex *b, double level)
{
    const vertex *p = a->id < b->id ? a : b, *q = a->id < b->id ? b : a;
    double t = (0.5 * level - 0.5 * p->f) / (0.5 * q->f - 0.5 * p->f); /* halves: no overflow */
    vertex v;
    t = fmax(0, fmin(1, t));
    v.id = NO_NODE;
    v.x = between(p->x, q->x, t);
    v.y = between(p->y, q->y, t);
    v.f = level;
    return v;
}

/* A triangle of a cell: two corners and the centre, and the numbers of its edges. */
typedef struct triangle {
    vertex v[3];    /* counterclockwise */
    size_t edge[3]; /* edge[i] from v[i] to v[i + 1] */
} triangle;

/* Edge 0 of triangle `side` of the cell: 0 below, 1 right, 2 above, 3 left. */
static size_t grid_edge(const mesh *m, size_t ix, size_t iy, int side)
{
    if (side == 0 || side == 2)
        return (iy + (side == 2)) * (m->nx - 1) + ix;
    return m->first_vertical + iy * m->nx + ix + (side == 1);
}

static int is_border(const mesh *m, size_t ix, size_t iy, int side)
{
    switch (side) {
    case 0:
        return !is_cell(m, ix, iy - 1);
    case 1:
        return !is_cell(m, ix + 1, iy);
    case 2:
        return !is_cell(m, ix, iy + 1);
    default:
        return !is_cell(m, ix - 1, iy);
    }
}

/* The line across a triangle: from where its outline leaves the region to where it enters. */
static crs_status line_across(const triangle *t, double level, segments *out)
{
    vertex leave = {NONE, 0, 0, 0}, enter = leave;
    size_t leave_id = NONE, enter_id = NONE;
    for (int i = 0; i < 3; i++) {
        const vertex *a = &t->v[i], *b = &t->v[(i + 1) % 3];
        if (a->f >= level && b->f < level) {
            leave = crossing(a, b, level);
            leave_id = t->edge[i];
        } else if (a->f < level && b->f >= level) {
            enter = crossing(a, b, level);
            enter_id = t->edge[i];
        }
    }
    if (leave_id == NONE)
        return CRS_OK;
    return add_segment(out, leave_id, &leave, enter_id, &enter);
}

/* The part of the triangle's grid edge that lies in the region. */
static crs_status border_part(const triangle *t, double level, segments *out)
{
    const vertex *a = &t->v[0], *b = &t->v[1];
    vertex cross;
    if (a->f < level && b->f < level)
        return CRS_OK;
    if (a->f >= level && b->f >= level)
        return add_segment(out, a->id, a, b->id, b);
    cross = crossing(a, b, level);
    if (a->f >= level)
        return add_segment(out, a->id, a, t->edge[0], &cross);
    return add_segment(out, t->edge[0], &cross, b->id, b);
}

static crs_status cell_segments(const mesh *m, size_t ix, size_t iy, double level, int region,
                                segments *out)
{
    size_t spoke = m->first_spoke + 4 * (iy * (m->nx - 1) + ix);
    vertex corner[4], centre;
    crs_status status = CRS_OK;
    cell_vertices(m, ix, iy, corner, &centre);
    for (int side = 0; side < 4 && status == CRS_OK; side++) {
        int next = (side + 1) % 4;
        triangle t = {{corner[side], corner[next], centre},
                      {grid_edge(m, ix, iy, side), spoke + (size_t)next, spoke + (size_t)side}};
        status = line_across(&t, level, out);
        if (status == CRS_OK && region && is_border(m, ix, iy, side))
            status = border_part(&t, level, out);
    }
    return status;
}

static int is_on_border(const mesh *m, size_t ix, size_t iy)
{
    return is_border(m, ix, iy, 0) || is_border(m, ix, iy, 1) || is_border(m, ix, iy, 2) ||
           is_border(m, ix, iy, 3);
}

/* Whether a cell has anything to give: most lie on one side of the level, and inside. */
static int is_involved(const mesh *m, size_t ix, size_t iy, double level, int region)
{
    int above;
    if (!is_cell(m, ix, iy))
        return 0;
    above = (node_value(m, ix, iy) >= level) + (node_value(m, ix + 1, iy) >= level) +
            (node_value(m, ix, iy + 1) >= level) + (node_value(m, ix + 1, iy + 1) >= level);
    return above == 4 ? region && is_on_border(m, ix, iy) : above > 0;
}

static crs_status collect(const mesh *m, double level, int region, segments *out)
{
    crs_status status = CRS_OK;
    for (size_t iy = 0; iy + 1 < m->ny; iy++)
        for (size_t ix = 0; ix + 1 < m->nx && status == CRS_OK; ix++)
            if (is_involved(m, ix, iy, level, region))
                status = cell_segments(m, ix, iy, level, region, out);
    return status;
}

/* The first unused segment that starts at `id`, NONE if there is none. */
static size_t take_from(segments *list, size_t *head, size_t id)
{
    size_t i = head[id];
    if (i != NONE)
        head[id] = list->at[i].next;
    return i;
}

/* Follow segments from number `i` on until they end or return to their start. */
static crs_status follow(segments *list, size_t *head, size_t i, int closed, crs__plot_path *path)
{
    size_t home = list->at[i].from, last = i;
    crs_status status = crs__plot_path_begin(path, closed);
    do {
        segment *s = &list->at[i];
        if (status == CRS_OK)
            status = crs__plot_path_add(path, s->x0, s->y0);
        s->used = 1;
        last = i;
        i = s->to == home ? NONE : take_from(list, head, s->to);
    } while (i != NONE && status == CRS_OK);
    if (status == CRS_OK && !closed)
        status = crs__plot_path_add(path, list->at[last].x1, list->at[last].y1);
    return status;
}

/*
 * Join segments end to start. Everywhere as many end as start, except at the two
 * ends of an open line; where rings touch in one node, any pairing gives rings.
 */
static crs_status join(const mesh *m, segments *list, crs__plot_path *path)
{
    size_t *head = crs__alloc(m->n_ids, sizeof *head);
    unsigned char *has_end = crs__alloc(m->n_ids, 1);
    crs_status status = CRS_ENOMEM;
    if (head == NULL || has_end == NULL)
        goto out;
    for (size_t id = 0; id < m->n_ids; id++)
        head[id] = NONE;
    for (size_t i = list->n; i-- > 0;) {
        list->at[i].next = head[list->at[i].from];
        head[list->at[i].from] = i;
        has_end[list->at[i].to] = 1;
    }
    status = CRS_OK;
    for (int closed = 0; closed < 2; closed++) {
        for (size_t i = 0; i < list->n && status == CRS_OK; i++) {
            size_t from = list->at[i].from;
            if (!list->at[i].used && (closed || !has_end[from]))
                status = follow(list, head, take_from(list, head, from), closed, path);
        }
    }
out:
    crs__free(head);
    crs__free(has_end);
    return status;
}

static crs_status trace(const crs_plot_field *field, double level, int region, crs__plot_path *path)
{
    segments list = {0, 0, NULL};
    mesh m;
    crs_status status;
    if (field->nx == 0 || field->ny == 0)
        return CRS_OK;
    m = mesh_of(field);
    status = find_holes(&m);
    if (status == CRS_OK)
        status = collect(&m, level, region, &list);
    if (status == CRS_OK && list.n > 0)
        status = join(&m, &list, path);
    crs__free(list.at);
    crs__free(m.is_solid);
    return status;
}

crs_status crs__plot_contour_line(const crs_plot_field *field, double level, crs__plot_path *path)
{
    return trace(field, level, 0, path);
}

crs_status crs__plot_contour_region(const crs_plot_field *field, double level, crs__plot_path *path)
{
    return trace(field, level, 1, path);
}

/* Cell along one axis that holds `place`, and where in it, 0 to 1. */
static size_t locate(double place, double low, double high, size_t n, double *t)
{
    double cells = (double)(n - 1), at = (place - low) / (high - low) * cells;
    double cell = fmin(floor(at), cells - 1);
    *t = at - cell;
    return (size_t)cell;
}

double crs__plot_field_at(const crs_plot_field *field, double x, double y)
{
    mesh m;
    size_t ix, iy;
    double u, v, f00, f10, f01, f11, centre;
    if (field->nx == 0 || field->ny == 0 || !(x >= field->x_min && x <= field->x_max) ||
        !(y >= field->y_min && y <= field->y_max))
        return NAN;
    if (field->cells)
        return crs__plot_cell_at(field, x, y);
    m = mesh_of(field);
    ix = locate(x, field->x_min, field->x_max, m.nx, &u);
    iy = locate(y, field->y_min, field->y_max, m.ny, &v);
    if (!has_finite_corners(&m, ix, iy))
        return NAN;
    f00 = node_value(&m, ix, iy);
    f10 = node_value(&m, ix + 1, iy);
    f01 = node_value(&m, ix, iy + 1);
    f11 = node_value(&m, ix + 1, iy + 1);
    centre = (0.25 * f00 + 0.25 * f11) + (0.25 * f10 + 0.25 * f01);
    /* linear on the triangle of the nearest side: weight of the centre is twice the distance */
    if (v <= u && v <= 1 - u)
        return f00 * (1 - u - v) + f10 * (u - v) + centre * 2 * v;
    if (u >= v && u >= 1 - v)
        return f10 * (u - v) + f11 * (u + v - 1) + centre * 2 * (1 - u);
    if (v >= u && v >= 1 - u)
        return f11 * (u + v - 1) + f01 * (v - u) + centre * 2 * (1 - v);
    return f00 * (1 - u - v) + f01 * (v - u) + centre * 2 * u;
}
