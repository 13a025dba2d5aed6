/* Which arrays are saved, under which names, which way round. */
#include "random_inputs.h"
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum layout {
    LAYOUT_SAMPLES,
    LAYOUT_WEIGHTS,
    LAYOUT_VECTOR,
    LAYOUT_SCALAR,
    LAYOUT_IMAGES
} layout;

static const struct {
    const char *text;
    layout as;
} kinds[] = {
#define KIND_ROW(name, text, shape) {text, LAYOUT_##shape},
    KIND_LIST(KIND_ROW)
#undef KIND_ROW
};

const char *kind_text(kind k)
{
    return kinds[k].text;
}

const char *subset_name(subset which)
{
    static const char *const names[] = {"all", "notebook", "grads", "some"};
    return names[which];
}

/* ---- which ---- */

/* Whatever else is saved: without these nothing can be computed. */
static int always(kind k)
{
    static const uint64_t set = AT(Y) | AT(W) | AT(B) | AT(D) | AT(KEEP) | AT(LAMBD) | AT(GAMMA) |
                                AT(BETA) | AT(EPS) | AT(POOL_X) | AT(POOL_OUT) | AT(DPOOL_OUT) |
                                AT(DPOOL_X);
    return (set >> k & 1) != 0;
}

static const uint64_t step_kinds = AT(LR) | AT(MOMENTUM) | AT(BETA1) | AT(BETA2) | AT(T) | AT(VW) |
                                   AT(VB) | AT(SW) | AT(SB) | AT(W_NEW) | AT(B_NEW);

/* What says nothing without them. */
static const uint64_t after_step = AT(VW_NEW) | AT(VB_NEW) | AT(SW_NEW) | AT(SB_NEW);

/* What the bug is about, or cannot be seen without. */
static uint64_t needed_by(const run *r)
{
    if (r->s->sums)
        return AT(COST); /* nothing else says that the gradient of a sum is meant */
    if (r->p == NULL)
        return 0;
    switch (r->p->bug) {
    case BUG_ACCUMULATED:
        /* twice one layer's gradient is half of another's: the cost tells which of them is right */
        return r->p->variant == 1 && r->s->cost == COST_SQUARED ? AT(COST) : 0;
    case BUG_DB_FROM_DA: /* db alone is as well that of a dZ with a slope of 1 everywhere */
        return AT(DW);
    case BUG_UPDATE_FIRST:
    case BUG_STEP_SIGN:
    case BUG_ADAM_CORRECTION:
    case BUG_STEP_TENTH:
    case BUG_ADAM_NO_ROOT:
        return step_kinds;
    case BUG_MOMENTUM_SIGN:
    case BUG_MOMENTUM_SWAPPED: /* of v after the step, variant 1 alone needs it */
        return step_kinds | (r->p->variant == 1 ? AT(VW_NEW) | AT(VB_NEW) : 0);
    case BUG_Z_OVERWRITTEN:
        return AT(Z);
    case BUG_COST_NOT_FINITE:
    case BUG_COST_HALF_BCE:
    case BUG_COST_WITHOUT_L2:
        return AT(COST);
    default:
        return 0;
    }
}

static uint64_t kinds_of(const run *r, subset which, uint64_t *random)
{
    const uint64_t everything = ~(AT(G) | AT(DAM)), before = AT(DW_PREV) | AT(DB_PREV);
    uint64_t grads = AT(DW) | AT(DB), some;
    if (percent(random, 50))
        grads |= before;
    if (which == SAVE_ALL)
        return everything;
    if (which == SAVE_GRADS)
        return grads;
    if (which == SAVE_NOTEBOOK)
        return grads | AT(Z) | AT(A) | AT(MU) | AT(VAR) | AT(DGAMMA) | AT(DBETA) |
               (percent(random, 50) ? AT(DZ) : 0) | (percent(random, 50) ? AT(ZHAT) | AT(ZN) : 0) |
               (percent(random, 50) ? step_kinds : 0);
    some = random_bits(random) & everything;
    if (r->s->step != STEP_NONE && percent(random, 50))
        some |= step_kinds;
    else
        some &= ~(step_kinds | after_step);
    return some | (percent(random, 50) ? AT(DW) : AT(DB));
}

static void choose(saving *v, const run *r, uint64_t *random)
{
    uint64_t set = kinds_of(r, v->which, random) | needed_by(r);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            int kept = always((kind)k) || (k == K_A && l == 0) || (set >> k & 1) != 0;
            /* of some, here and there one layer's is not there */
            if (v->which == SAVE_SOME && kept && !always((kind)k) && l > 0 && r->p == NULL)
                kept = percent(random, 90);
            if (r->s->without_bias && (k == K_B || k == K_DB || k == K_B_NEW))
                kept = 0;
            v->kept[k][l] = (unsigned char)(kept && r->at[k][l].v != NULL);
        }
    }
}

/* Something that follows from the rest, so that there is something to check. */
static void keep_something(saving *v, const run *r)
{
    static const kind derived[] = {K_Z, K_A, K_COST, K_DA, K_DZ, K_DW, K_DB, K_POOL_OUT};
    int any = 0;
    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++) {
        for (size_t l = derived[i] == K_A; l <= MAX_LAYERS; l++)
            any |= v->kept[derived[i]][l];
    }
    for (size_t l = 1; !any && l <= r->s->n_layers; l++)
        v->kept[K_DW][l] = 1;
}

/* ---- how ---- */

static int plain(const run *r)
{
    return r->s->keep <= 0 && !r->s->batchnorm && r->s->step == STEP_NONE && !r->s->previous &&
           !r->s->pool;
}

static int all_square(const setting *s)
{
    for (size_t l = 1; l <= s->n_layers; l++) {
        if (s->widths[l] != s->widths[l - 1])
            return 0;
    }
    return 1;
}

void saving_draw(saving *v, const run *r, subset which, uint64_t *random)
{
    memset(v, 0, sizeof *v);
    v->which = which;
    v->rows = percent(random, 50);
    v->w_in_out = v->rows && percent(random, 40) && !all_square(r->s);
    v->b_shape = percent(random, 50) ? 0 : v->rows ? 2 : 1;
    v->cost_name = (int)random_below(random, 3);
    v->x_is_a0 = percent(random, 10);
    v->strangers = percent(random, 20);
    if (r->s->widths[r->s->n_layers] == 1 && percent(random, 60))
        v->y_shape = percent(random, 50) ? 1 : v->rows ? 3 : 2;
    if (r->s->out == OUT_SOFTMAX && percent(random, 40)) {
        v->y_classes = 1;
        v->y_shape = percent(random, 50) ? 1 : v->rows ? 3 : 2;
    }
    if (plain(r) && percent(random, 15))
        v->names = NAMES_LOWER;
    if (plain(r) && which == SAVE_GRADS && v->rows && !v->w_in_out && percent(random, 40)) {
        v->names = percent(random, 50) ? NAMES_TORCH : NAMES_FC;
        v->b_shape = 0;
    }
    choose(v, r, random);
    keep_something(v, r);
}

/* PyTorch: modules 0, 2, 4 of a Sequential with an activation between, or fc1, fc2. */
static int torch_name(const saving *v, kind k, size_t layer, char text[64])
{
    const char *what = k == K_W || k == K_DW ? "weight" : "bias";
    const char *grad = k == K_DW || k == K_DB ? ".grad" : "";
    if (k != K_W && k != K_B && k != K_DW && k != K_DB)
        return 0;
    if (v->names == NAMES_TORCH)
        snprintf(text, 64, "%zu.%s%s", 2 * (layer - 1), what, grad);
    else
        snprintf(text, 64, "fc%zu.%s%s", layer, what, grad);
    return 1;
}

void saving_name(const saving *v, kind k, size_t layer, char text[64])
{
    static const char *const costs[] = {"cost", "J", "loss"};
    const char *base = kinds[k].text, *rest = strchr(base, '_');
    if (k == K_COST)
        snprintf(text, 64, "%s", costs[v->cost_name]);
    else if (k == K_A && layer == 0)
        snprintf(text, 64, "%s", v->x_is_a0 ? "A0" : "X");
    else if (k == K_Y || kinds[k].as == LAYOUT_SCALAR || kinds[k].as == LAYOUT_IMAGES)
        snprintf(text, 64, "%s", base);
    else if (v->names >= NAMES_TORCH && torch_name(v, k, layer, text))
        return;
    else if (rest != NULL) /* W_new, dW_prev: the number comes before the line */
        snprintf(text, 64, "%.*s%zu%s", (int)(rest - base), base, layer, rest);
    else
        snprintf(text, 64, "%s%zu", base, layer);
    for (char *c = text; v->names == NAMES_LOWER && k != K_COST && *c != '\0'; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
}

int saving_find(const saving *v, const char *name, kind *k, size_t *layer)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            char text[64];
            if (!v->kept[i][l])
                continue;
            saving_name(v, (kind)i, l, text);
            if (strcmp(text, name) == 0) {
                *k = (kind)i;
                *layer = l;
                return 1;
            }
        }
    }
    return 0;
}

/* ---- writing ---- */

/* dims and the values in them; `turned` is room for the transposed. */
typedef struct shown {
    size_t n_dims, dims[4];
    const double *v;
} shown;

static void flat(shown *out, int form, size_t n)
{
    const size_t shapes[3][2] = {{n, 1}, {n, 1}, {1, n}};
    out->n_dims = form == 0 ? 1 : 2;
    memcpy(out->dims, shapes[form], sizeof shapes[form]);
}

static void turn(shown *out, matrix a, int turned, double *room)
{
    out->n_dims = 2;
    out->dims[0] = turned ? a.cols : a.rows;
    out->dims[1] = turned ? a.rows : a.cols;
    for (size_t i = 0; turned && i < a.rows * a.cols; i++)
        room[i % a.cols * a.rows + i / a.cols] = a.v[i];
    out->v = turned ? room : a.v;
}

static void show_labels(const saving *v, matrix y, double *room, shown *out)
{
    if (v->y_classes) {
        for (size_t j = 0; j < y.cols; j++) {
            for (size_t i = 0; i < y.rows; i++)
                room[j] = y.v[i * y.cols + j] > 0 ? (double)i : room[j];
        }
        out->v = room;
    }
    flat(out, v->y_shape == 1 ? 0 : v->y_shape == 2 ? 2 : 1, y.cols);
}

static void show(const saving *v, kind k, matrix a, double *room, shown *out)
{
    out->v = a.v;
    if (kinds[k].as == LAYOUT_IMAGES) {
        out->n_dims = 4;
        memcpy(out->dims, a.dims, sizeof a.dims);
    } else if (kinds[k].as == LAYOUT_SCALAR) {
        out->n_dims = 0;
    } else if (k == K_Y && v->y_shape > 0) {
        show_labels(v, a, room, out);
    } else if (kinds[k].as == LAYOUT_VECTOR && a.cols == 1) {
        flat(out, v->b_shape, a.rows);
    } else if (kinds[k].as == LAYOUT_VECTOR && a.rows == 1 && v->b_shape == 0) {
        flat(out, 0, a.cols);
    } else {
        turn(out, a, kinds[k].as == LAYOUT_WEIGHTS ? v->w_in_out : v->rows, room);
    }
}

static int add(crs_arrays *out, const char *name, int f32, const shown *array, size_t n)
{
    float *narrow;
    crs_status status;
    if (!f32)
        return crs_arrays_add(out, name, CRS_F64, array->n_dims, array->dims, array->v, NULL) ==
               CRS_OK;
    narrow = malloc((n + 1) * sizeof *narrow);
    if (narrow == NULL)
        return 0;
    for (size_t i = 0; i < n; i++)
        narrow[i] = (float)array->v[i];
    status = crs_arrays_add(out, name, CRS_F32, array->n_dims, array->dims, narrow, NULL);
    free(narrow);
    return status == CRS_OK;
}

/* Things that lie about in a notebook. */
static int add_strangers(crs_arrays *out)
{
    static const double values[] = {0.7, 0.6, 0.55, 0.53, 0.52, 0.51};
    const shown seed = {0, {0}, values}, history = {1, {6}, values}, grid = {2, {3, 2}, values};
    return add(out, "seed", 0, &seed, 1) && add(out, "history", 0, &history, 6) &&
           add(out, "grid_of_points", 0, &grid, 6);
}

int saving_write(const saving *v, const run *r, crs_arrays *out)
{
    double *room = malloc(MAX_WIDTH * MAX_SAMPLES * sizeof *room);
    int fine;
    memset(out, 0, sizeof *out);
    fine = room != NULL && (!v->strangers || add_strangers(out));
    for (size_t k = 0; fine && k < KIND_COUNT; k++) {
        for (size_t l = 0; fine && l <= MAX_LAYERS; l++) {
            matrix a = r->at[k][l];
            shown array = {0, {0}, NULL};
            char name[64];
            if (!v->kept[k][l])
                continue;
            saving_name(v, (kind)k, l, name);
            show(v, (kind)k, a, room, &array);
            fine = add(out, name, r->s->f32 && (kinds[k].as != LAYOUT_SCALAR || k == K_COST),
                       &array, a.rows * a.cols);
        }
    }
    free(room);
    return fine;
}
