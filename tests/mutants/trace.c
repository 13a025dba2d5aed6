/*
 * What a bug changes in the arrays that are saved, found by running the same step without it:
 * where the diagnosis can see it first.
 */
#include "trial.h"

#include <math.h>
#include <string.h>

/* The arrays that are computed from (k, l) directly, as bits of kinds, in `layers[kind]`. */
static uint64_t children(const setting *s, kind k, size_t l, size_t *below)
{
    size_t last = s->n_layers;
    *below = l;
    switch (k) {
    case K_Z:
        return l == last ? AT(A) : s->batchnorm ? AT(MU) | AT(VAR) | AT(ZHAT) : AT(A) | AT(DZ);
    case K_MU:
    case K_VAR:
        return AT(ZHAT) | AT(DZ);
    case K_ZHAT:
        return AT(ZN) | AT(DGAMMA) | AT(DZ);
    case K_ZN:
        return AT(A) | AT(DZN);
    case K_A:
        if (l == last)
            return AT(COST) | AT(DA) | AT(DZ);
        *below = l + 1;
        return AT(Z) | AT(DW);
    case K_DA:
        return s->batchnorm && l < last ? AT(DZN) : AT(DZ);
    case K_DZN:
        return AT(DZ) | AT(DGAMMA) | AT(DBETA);
    case K_DZ:
        return AT(DW) | AT(DB); /* and dA of the layer below */
    case K_DW:
        return AT(VW_NEW) | AT(SW_NEW) | AT(W_NEW);
    case K_DB:
        return AT(VB_NEW) | AT(SB_NEW) | AT(B_NEW);
    case K_VW_NEW:
        return AT(W_NEW);
    case K_VB_NEW:
        return AT(B_NEW);
    default:
        return 0;
    }
}

typedef struct search {
    const run *right, *wrong;
    const saving *v;
    unsigned char hit[KIND_COUNT][MAX_LAYERS + 1], gone[KIND_COUNT][MAX_LAYERS + 1];
    int faint;
} search;

/*
 * The largest difference, in roundoffs of the type times the number of terms that sums in the
 * net have, relative to the largest element.
 */
static double difference(const run *right, matrix a, matrix b)
{
    double top = 0, apart = 0, n = (double)right->s->m, u = right->s->f32 ? 0x1p-24 : 0x1p-53;
    if (a.rows != b.rows || a.cols != b.cols)
        return INFINITY;
    for (size_t l = 0; l <= right->s->n_layers; l++)
        n += (double)right->s->widths[l];
    for (size_t i = 0; i < a.rows * a.cols; i++) {
        if (isfinite(a.v[i]) != isfinite(b.v[i]))
            return INFINITY;
        if (isfinite(a.v[i]) && isfinite(b.v[i])) {
            top = fmax(top, fmax(fabs(a.v[i]), fabs(b.v[i])));
            apart = fmax(apart, fabs(a.v[i] - b.v[i]));
        }
    }
    return apart > 0 ? apart / (top * u * n) : 0;
}

static int is_finite(matrix a)
{
    for (size_t i = 0; i < a.rows * a.cols; i++) {
        if (!isfinite(a.v[i]))
            return 0;
    }
    return 1;
}

/*
 * A bound on rounding is n u times the size of the terms, times what the steps before it had.
 * Four layers and the loss are five such steps, terms may be some times larger than their sum:
 * a difference that is this much larger than n u of the largest element is clear of any bound
 * worth the name; a smaller one that is not 0 is called faint and not counted.
 */
static const double CLEAR = 1000;

enum { FAINT = 1, HIT = 2 };

/*
 * The bias below batch normalisation moves nothing: its gradient is a sum that cancels, and what
 * is left of it is rounding. 1 where that is all there is, in both runs.
 */
static int is_nothing(const search *s, size_t l)
{
    matrix dz = s->right->at[K_DZ][l], one = s->right->at[K_DB][l], two = s->wrong->at[K_DB][l];
    double top = 0, left = 0;
    if (!s->right->s->batchnorm || l == s->right->s->n_layers || two.rows != one.rows)
        return 0;
    for (size_t i = 0; i < dz.rows * dz.cols; i++)
        top = fmax(top, fabs(dz.v[i]));
    for (size_t i = 0; i < one.rows; i++)
        left = fmax(left, fmax(fabs(one.v[i]), fabs(two.v[i])));
    return left <= 1e-4 * top * learner_mean(s->right, MEAN_AT_DW);
}

static void walk(search *s, kind k, size_t l)
{
    size_t below;
    uint64_t next;
    if (s->gone[k][l])
        return;
    s->gone[k][l] = 1;
    if (k == K_COST)
        l = 0; /* is of no layer */
    if (s->v->kept[k][l]) {
        double apart = difference(s->right, s->right->at[k][l], s->wrong->at[k][l]);
        if (k == K_DB && is_nothing(s, l))
            return;
        int clear = apart > CLEAR;
        if (s->wrong->p->bug == BUG_COST_NOT_FINITE) /* finite, it is as good as the other */
            clear = !is_finite(s->wrong->at[k][l]);
        if (apart > 0)
            s->hit[k][l] = clear ? HIT : FAINT;
        s->faint |= apart > 0 && !clear;
        return;
    }
    next = children(s->right->s, k, l, &below);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (next >> i & 1)
            walk(s, (kind)i, below);
    }
    if (k == K_A && l < s->right->s->n_layers && !s->right->s->batchnorm)
        walk(s, K_DZ, l); /* g' in terms of a */
    if (k == K_DZ && l > 1)
        walk(s, K_DA, l - 1);
}

static const size_t NONE = (size_t)-1;

/* Forward from the first layer up, then backward from the last one down. */
static size_t rank(kind k, size_t l)
{
    if (k == K_COST)
        return MAX_LAYERS + 1;
    return k < K_COST ? l : 2 * (MAX_LAYERS + 1) - l;
}

/*
 * New parameters of which nothing says how they were made. W_new - W may be -lr (beta v + dW) for
 * any v that was not saved, and so with Adam: whatever W_new is, some right step gives it. A
 * difference there convicts nobody but who took a plain step the wrong way: that one is told by
 * W_new - W = +lr dW.
 */
static int is_open_step(const search *s, kind k)
{
    static const kind tells[] = {K_MOMENTUM, K_BETA1,  K_BETA2,  K_VW,     K_VB,    K_SW,
                                 K_SB,       K_VW_NEW, K_VB_NEW, K_SW_NEW, K_SB_NEW};
    if ((k != K_W_NEW && k != K_B_NEW) || s->wrong->p->bug == BUG_STEP_SIGN)
        return 0;
    for (size_t i = 0; i < sizeof tells / sizeof tells[0]; i++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            if (s->v->kept[tells[i]][l])
                return 0;
        }
    }
    return 1;
}

/* The first rank at which there is a hit of this strength, in an open step or not; or none. */
static size_t first_hit(const search *s, int strength, int open)
{
    size_t first = NONE;
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            if (s->hit[k][l] >= strength && is_open_step(s, (kind)k) == open &&
                rank((kind)k, l) < first)
                first = rank((kind)k, l);
        }
    }
    return first;
}

/*
 * Of what one layer's bug changes, what comes first in the walk: that layer's arrays. Fainter
 * differences before it may be seen too, and so may what comes later without another saved
 * array between.
 */
static void keep_first(const search *s, trace *t, size_t layer)
{
    size_t clear = first_hit(s, HIT, 0), first = clear == NONE ? first_hit(s, FAINT, 0) : clear;
    if (clear != NONE) {
        t->seen = 1;
        t->layers |= 1u << layer;
    }
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++)
            t->open[k][l] |= s->hit[k][l] == HIT && is_open_step(s, (kind)k);
    }
    for (size_t k = 0; first != NONE && k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            if (s->hit[k][l] && !is_open_step(s, (kind)k)) {
                t->place[k][l] |= rank((kind)k, l) <= first;
                t->later[k][l] = 1;
            }
        }
    }
    if (first != NONE)
        t->faint_layers |= 1u << layer;
}

/*
 * dZ = alpha at z = 0: where alpha lies between both slopes times dA, that is what some value
 * of the derivative there gives, and nothing is wrong with it.
 */
static int outside_the_slopes(const run *wrong, size_t l)
{
    const crs_act *act = &wrong->s->acts[l];
    matrix z = wrong->at[K_Z][l], da = wrong->at[K_DA][l], dz = wrong->at[K_DZ][l];
    for (size_t i = 0; i < z.rows * z.cols; i++) {
        double one = act->kink[0].left * da.v[i], two = act->kink[0].right * da.v[i];
        double room = 1e-3 * (fabs(one) + fabs(two));
        if (!(z.v[i] < 0 || z.v[i] > 0) &&
            (dz.v[i] < fmin(one, two) - room || dz.v[i] > fmax(one, two) + room))
            return 1;
    }
    return 0;
}

/*
 * If a factor of m is missing in every layer, or is there twice, or the biases alone are saved
 * and have it, then the output's dZ may as well be what lacks it: 1/m has no place of its own.
 */
static void allow_other_places(const run *wrong, const saving *v, trace *t)
{
    size_t last = wrong->s->n_layers;
    int weights = 0;
    if (wrong->p->layers != (1u << (last + 1)) - 2)
        return;
    for (size_t l = 1; l <= last; l++)
        weights |= v->kept[K_DW][l];
    if (wrong->p->bug != BUG_M_MISSING && wrong->p->bug != BUG_M_TWICE &&
        (wrong->p->bug != BUG_BIAS_MEAN || weights))
        return;
    t->place[K_DZ][last] = v->kept[K_DZ][last];
    t->place[K_DA][last] = v->kept[K_DA][last];
}

/* 1 if a stranger leaves zeros alone, as a mean of whole numbers does: they cannot be told apart. */
static int comes_to_nothing(const run *wrong, const trace *t)
{
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            matrix a = wrong->at[k][l];
            double top = 0;
            for (size_t i = 0; t->place[k][l] && i < a.rows * a.cols; i++)
                top = fmax(top, fabs(a.v[i]));
            if (t->place[k][l] && top <= 0)
                return 1;
        }
    }
    return 0;
}

/* 1 if the other layer's mask is 1 where it matters: what is saved is that of a missing mask. */
static int is_missing_mask(const run *wrong, const saving *v)
{
    plant missing = *wrong->p;
    run without = {wrong->s, &missing, wrong->memory, {{{0}}}};
    size_t used = wrong->memory->used;
    int same = 1;
    missing.bug = BUG_DROPOUT_MASK;
    learner_share(&without, wrong);
    learner_step(&without);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++)
            same = same && (!v->kept[k][l] ||
                            difference(&without, without.at[k][l], wrong->at[k][l]) <= CLEAR);
    }
    wrong->memory->used = used;
    return same;
}

/* 1 if |W|^T dZ is -W^T dZ: then it is a sign that is wrong, and that is in the catalogue. */
static int is_mere_sign(const run *wrong, size_t l)
{
    matrix w = wrong->at[K_W][l + 1], dz = wrong->at[K_DZ][l + 1];
    for (size_t i = 0; i < w.cols; i++) {
        for (size_t j = 0; j < dz.cols; j++) {
            double sum = 0, size = 0;
            for (size_t k = 0; k < w.rows; k++) {
                double term = w.v[k * w.cols + i] * dz.v[k * dz.cols + j];
                sum += w.v[k * w.cols + i] > 0 ? 2 * term : 0;
                size += fabs(term);
            }
            if (fabs(sum) > 1e-6 * size)
                return 0;
        }
    }
    return 1;
}

void trace_find(const run *right, const run *wrong, const saving *v, trace *t)
{
    uint64_t sites = bug_sites(wrong);
    memset(t, 0, sizeof *t);
    for (size_t l = 0; l <= MAX_LAYERS; l++) {
        search s = {right, wrong, v, {{0}}, {{0}}, 0};
        if (!(wrong->p->layers >> l & 1))
            continue;
        if (wrong->p->bug == BUG_REPLACED_AT_KINK && !outside_the_slopes(wrong, l))
            continue;
        if (wrong->p->bug == BUG_DROPOUT_WRONG_D && is_missing_mask(wrong, v))
            continue;
        if (wrong->p->bug == BUG_DA_ABS_W && is_mere_sign(wrong, l)) { /* no stranger there */
            memset(t, 0, sizeof *t);
            return;
        }
        /* each site on its own: cost and gradient may both be spoilt, one after the other */
        for (size_t k = 0; k < KIND_COUNT; k++) {
            if (!(sites >> k & 1))
                continue;
            memset(s.hit, 0, sizeof s.hit);
            memset(s.gone, 0, sizeof s.gone);
            walk(&s, (kind)k, l);
            keep_first(&s, t, l);
        }
        t->faint |= s.faint;
    }
    for (size_t l = 0; l <= MAX_LAYERS; l++)
        t->seen_open |= t->open[K_W_NEW][l] || t->open[K_B_NEW][l];
    if (bug_is_stranger(wrong->p->bug) && comes_to_nothing(wrong, t))
        t->seen = t->seen_open = 0;
    if (t->seen)
        allow_other_places(wrong, v, t);
}
