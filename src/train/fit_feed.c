/* The samples of an epoch, batch after batch, and new ones made of them. */
#include "core/memory.h"
#include "train/fit.h"
#include "train/match.h"

#include <string.h>

/* Stafford's mix 13 of D. Steele's SplitMix (OOPSLA 2014): every bit depends on every bit. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* The bits of a sample in an epoch, whoever asks and when. */
static uint64_t draw_of(uint32_t seed, uint64_t epoch, size_t sample)
{
    return mix(mix(mix(seed + 0x9e3779b97f4a7c15u) + epoch) + sample);
}

/* Element by element: what lies outside of the picture is 0. */
static void shift_rows(const crs_shift *how, long down, long right, const char *x, char *out)
{
    size_t pixel = how->channels * crs_dtype_size(how->dtype), row = how->width * pixel;
    long height = (long)how->height, width = (long)how->width;
    long from = right > 0 ? right : 0, to = right > 0 ? width : width + right;
    memset(out, 0, how->height * row);
    if (to <= from)
        return;
    for (long y = 0; y < height; y++) {
        long source = y - down;
        if (source >= 0 && source < height)
            memcpy(out + (size_t)y * row + (size_t)from * pixel,
                   x + (size_t)source * row + (size_t)(from - right) * pixel,
                   (size_t)(to - from) * pixel);
    }
}

void crs_augment_shift(const void *shift, uint64_t draw, const void *x, void *out)
{
    if (shift == NULL || x == NULL || out == NULL)
        return;
    const crs_shift *how = shift;
    uint64_t steps = 2 * (uint64_t)how->most + 1;
    /* the high half and the low half, as shares of 2^32 */
    long down = (long)(((draw >> 32) * steps) >> 32) - (long)how->most;
    long right = (long)(((draw & 0xffffffffu) * steps) >> 32) - (long)how->most;
    shift_rows(how, down, right, x, out);
}

crs_status crs__feed_create(crs_fit *fit, crs_error *err)
{
    crs__feed *feed = &fit->feed;
    const crs_fit_config *config = &fit->config;
    const crs_dataset *data = fit->data;
    feed->n = fit->train.n;
    feed->index = fit->train.index;
    feed->batch = config->batch == 0 || config->batch > feed->n ? feed->n : config->batch;
    crs_random_seed(&feed->random, config->seed);
    feed->before = feed->random;
    if (feed->batch < feed->n && config->shuffle) {
        feed->order = crs__alloc(feed->n, sizeof *feed->order);
        if (feed->order == NULL)
            goto no_memory;
    }
    if (config->augment != NULL) {
        if (data->n_features > SIZE_MAX / 16 / feed->batch)
            goto no_memory;
        feed->made = crs__alloc_aligned(feed->batch * data->n_features, fit->net->kernels->size);
        feed->made_y = crs__alloc(feed->batch * crs__match_targets(data), sizeof *feed->made_y);
        feed->made_weights = crs__alloc(feed->batch, sizeof *feed->made_weights);
        if (feed->made == NULL || feed->made_y == NULL || feed->made_weights == NULL)
            goto no_memory;
    }
    return CRS_OK;

no_memory:
    return crs_error_set(err, CRS_ENOMEM, "no memory for batches of %zu samples", feed->batch);
}

void crs__feed_destroy(crs__feed *feed)
{
    crs__free(feed->order);
    crs__free(feed->made);
    crs__free(feed->made_y);
    crs__free(feed->made_weights);
}

void crs__feed_begin_epoch(crs_fit *fit)
{
    crs__feed *feed = &fit->feed;
    feed->before = feed->random;
    if (feed->order == NULL)
        return;
    crs_random_permutation(&feed->random, feed->n, feed->order);
    for (size_t i = 0; feed->index != NULL && i < feed->n; i++)
        feed->order[i] = feed->index[feed->order[i]];
}

int crs__feed_is_done(const crs_fit *fit)
{
    size_t left = fit->feed.n - fit->feed.at;
    /* one sample has no variance */
    return left == 0 || (left == 1 && fit->feed.at > 0 && crs_net_n_running(fit->net) > 0);
}

/* What run_make works on. */
typedef struct making {
    crs_fit *fit;
    const size_t *index;
    size_t first, n;
} making;

enum { PIECE = 16 };

static void run_make(void *arg, size_t piece, int worker)
{
    const making *m = arg;
    const crs_fit *fit = m->fit;
    size_t row = fit->data->n_features * fit->net->kernels->size;
    (void)worker;
    for (size_t i = piece * PIECE; i < m->n && i < (piece + 1) * PIECE; i++) {
        size_t sample = m->index == NULL ? m->first + i : m->index[i];
        fit->config.augment(fit->config.augment_ctx, draw_of(fit->config.seed, fit->epoch, sample),
                            (const char *)fit->data->x + sample * row,
                            (char *)fit->feed.made + i * row);
    }
}

/* x, y and weights of the samples in their order, so that no index is needed. */
static void make(crs_fit *fit, crs__batch *batch)
{
    crs__feed *feed = &fit->feed;
    size_t targets = crs__match_targets(fit->data);
    making m = {fit, batch->index, batch->first, batch->n};
    crs_executor_run(fit->config.executor, (batch->n + PIECE - 1) / PIECE, run_make, &m);
    for (size_t i = 0; i < batch->n; i++) {
        size_t sample = batch->index == NULL ? batch->first + i : batch->index[i];
        memcpy(feed->made_y + i * targets, fit->data->y + sample * targets,
               targets * sizeof *feed->made_y);
        if (fit->weights != NULL)
            feed->made_weights[i] = fit->weights[sample];
    }
    batch->x = feed->made;
    batch->y = feed->made_y;
    batch->weights = fit->weights == NULL ? NULL : feed->made_weights;
    batch->load_index = NULL;
}

void crs__feed_next(crs_fit *fit, crs__batch *out)
{
    crs__feed *feed = &fit->feed;
    const size_t *order = feed->order != NULL ? feed->order : feed->index;
    size_t left = feed->n - feed->at;
    memset(out, 0, sizeof *out);
    out->n = left < feed->batch ? left : feed->batch;
    out->first = order == NULL ? feed->at : 0;
    out->index = order == NULL ? NULL : order + feed->at;
    out->load_index = out->index;
    feed->at += out->n;
    if (fit->config.augment != NULL) {
        make(fit, out);
        return;
    }
    out->x =
        (const char *)fit->data->x + out->first * fit->data->n_features * fit->net->kernels->size;
    out->y = fit->data->y + out->first * crs__match_targets(fit->data);
    out->weights = fit->weights == NULL ? NULL : fit->weights + out->first;
}

crs_status crs__batch_load(const crs__batch *batch, crs_workspace *work, crs_error *err)
{
    crs_workspace_set_weights(work, batch->weights);
    return crs_workspace_load(work, batch->n, batch->x, batch->y, batch->load_index, err);
}
