/* The state of a fit as a safetensors file, and back. */
#include "core/arguments.h"
#include "core/memory.h"
#include "data/reader.h"
#include "data/safetensors_file.h"
#include "train/fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1

enum { MAX_TENSORS = 16, WORDS = CRS_RANDOM_WORDS + 2, RECORD = 8 };

/* Whole numbers of the state, and the others; in the file's order. */
typedef struct counters {
    uint64_t epoch, step, at, best, waited, end, optimizer_steps;
    uint64_t plateau_epochs, plateau_waited, plateau_lowered;
} counters;

typedef struct numbers {
    double last_lr, best_cost, plateau_best, gauss;
    double samples, weight, cost, correct, kink_hits;
} numbers;

_Static_assert(sizeof(counters) == 10 * sizeof(uint64_t), "no gaps");
_Static_assert(sizeof(numbers) == 9 * sizeof(double), "no gaps");
_Static_assert(sizeof(crs_fit_record) == RECORD * sizeof(double), "no gaps");

/* Names, types, lengths and places of all that a state holds. */
typedef struct layout {
    size_t n;
    crs__tensor tensor[MAX_TENSORS];
    void *to[MAX_TENSORS]; /* where the elements live */
    counters counters;
    numbers numbers;
    uint32_t random[WORDS];
    double *lbfgs;
    crs_fit_record *records;
} layout;

static void add(layout *l, const char *name, crs__element_kind kind, size_t size, size_t n,
                void *place)
{
    if (n == 0)
        return;
    l->tensor[l->n] = (crs__tensor){.name = name,
                                    .type = crs__element_of(kind, size),
                                    .n_dims = 1,
                                    .dims = {n},
                                    .n = n,
                                    .values = place};
    l->to[l->n++] = place;
}

/* Everything but the records, whose number a file says. */
static void lay_out(crs_fit *fit, layout *l)
{
    crs_net *net = fit->net;
    size_t size = net->kernels->size, n_out = crs_net_width(net, crs_net_layers(net));
    size_t running = crs_net_n_running(net);
    static const char *const slots[] = {"optimizer.0", "optimizer.1"};
    add(l, "counters", CRS__ELEMENT_UNSIGNED, 8, sizeof(counters) / 8, &l->counters);
    add(l, "numbers", CRS__ELEMENT_FLOAT, 8, sizeof(numbers) / 8, &l->numbers);
    add(l, "random", CRS__ELEMENT_UNSIGNED, 4, WORDS, l->random);
    add(l, "params", CRS__ELEMENT_FLOAT, size, net->n_params, net->params);
    add(l, "running", CRS__ELEMENT_FLOAT, size, running, crs_net_running(net));
    for (size_t i = 0; fit->optimizer != NULL && i < crs_optimizer_n_slots(fit->optimizer); i++) {
        const char *what;
        void *slot = crs_optimizer_slot(fit->optimizer, i, &what);
        add(l, slots[i], CRS__ELEMENT_FLOAT, size, net->n_params, slot);
    }
    if (fit->lbfgs != NULL)
        add(l, "lbfgs", CRS__ELEMENT_FLOAT, 8, crs_lbfgs_state_size(fit->lbfgs), l->lbfgs);
    if (fit->best_params != NULL) {
        add(l, "best.params", CRS__ELEMENT_FLOAT, size, net->n_params, fit->best_params);
        add(l, "best.running", CRS__ELEMENT_FLOAT, size, running, fit->best_running);
    }
    add(l, "squares", CRS__ELEMENT_FLOAT, 8, n_out, fit->tally.squares);
    add(l, "alive", CRS__ELEMENT_UNSIGNED, 1, crs__tally_hidden_units(net), fit->tally.alive);
}

/* ---- saving ------------------------------------------------------------------------------- */

static void fill(const crs_fit *fit, layout *l)
{
    const crs__feed *feed = &fit->feed;
    /* the order of an epoch that has begun is drawn again from what was in front of it */
    const crs_random *random = feed->at == 0 ? &feed->random : &feed->before;
    memcpy(l->random, random->key, sizeof random->key);
    l->random[CRS_RANDOM_WORDS] = random->pos;
    l->random[CRS_RANDOM_WORDS + 1] = random->has_gauss;
    l->counters = (counters){
        .epoch = fit->epoch,
        .step = fit->step,
        .at = feed->at,
        .best = fit->best == SIZE_MAX ? UINT64_MAX : fit->best,
        .waited = fit->waited,
        .end = (uint64_t)fit->end,
        .optimizer_steps = fit->optimizer == NULL ? 0 : crs_optimizer_steps(fit->optimizer),
        .plateau_epochs = fit->plateau.epochs,
        .plateau_waited = fit->plateau.waited,
        .plateau_lowered = fit->plateau.lowered,
    };
    l->numbers = (numbers){fit->last_lr,    fit->best_cost,     fit->plateau.best,
                           random->gauss,   fit->tally.samples, fit->tally.weight,
                           fit->tally.cost, fit->tally.correct, fit->tally.kink_hits};
    if (fit->lbfgs != NULL)
        crs_lbfgs_get_state(fit->lbfgs, l->lbfgs);
}

/* Room for what is no array of the fit. */
static crs_status layout_create(const crs_fit *fit, crs_error *err, layout **out)
{
    layout *l = crs__alloc(1, sizeof *l);
    *out = NULL;
    if (l != NULL && fit->lbfgs != NULL)
        l->lbfgs = crs__alloc(crs_lbfgs_state_size(fit->lbfgs), sizeof *l->lbfgs);
    if (l == NULL || (fit->lbfgs != NULL && l->lbfgs == NULL)) {
        crs__free(l);
        return crs_error_set(err, CRS_ENOMEM, "no memory for the state of a training");
    }
    *out = l;
    return CRS_OK;
}

static void layout_destroy(layout *l)
{
    if (l != NULL) {
        crs__free(l->lbfgs);
        crs__free(l->records);
    }
    crs__free(l);
}

crs_status crs_fit_save(const crs_fit *fit, const crs_sink *sink, crs_error *err)
{
    if (fit == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    char version[16];
    char *about = NULL;
    layout *l;
    crs_status status = layout_create(fit, err, &l);
    if (status != CRS_OK)
        return status;
    lay_out((crs_fit *)(uintptr_t)fit, l); /* nothing is written to it */
    if (fit->n_records > 0) {
        add(l, "records", CRS__ELEMENT_FLOAT, 8, fit->n_records * RECORD, fit->records);
        l->tensor[l->n - 1].n_dims = 2;
        l->tensor[l->n - 1].dims[0] = fit->n_records;
        l->tensor[l->n - 1].dims[1] = RECORD;
    }
    fill(fit, l);
    about = crs__fit_about(fit);
    (void)snprintf(version, sizeof version, "%d", VERSION);
    if (about == NULL) {
        status = crs_error_set(err, CRS_ENOMEM, "no memory for the state of a training");
    } else {
        crs__metadata metadata[] = {
            {"crease_checkpoint", version}, {"crease_version", crs_version()}, {"training", about}};
        status = crs__safetensors_write(l->n, l->tensor, sizeof metadata / sizeof *metadata,
                                        metadata, sink, err);
    }
    crs__free(about);
    layout_destroy(l);
    return status;
}

/* ---- loading ------------------------------------------------------------------------------ */

static crs_status check_version(const crs__safetensors *file, const char *name, crs_error *err)
{
    const char *text = crs__safetensors_metadata(file, "crease_checkpoint");
    char *end;
    unsigned long version;
    if (text == NULL)
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: is no checkpoint of crease; expected the metadata "
                             "'crease_checkpoint'",
                             name);
    version = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || version == 0)
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: 'crease_checkpoint' is '%.40s'; expected a "
                             "version number",
                             name, text);
    if (version > VERSION)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: is a checkpoint of version %lu; this crease reads up to %d", name,
                             version, VERSION);
    if (crs__safetensors_metadata(file, "training") == NULL)
        return crs_error_set(err, CRS_EFORMAT, "%s: the metadata 'training' is missing", name);
    return CRS_OK;
}

static crs_status check_tensor(const crs__safetensors *file, const crs__tensor *wanted,
                               const char *name, crs_error *err)
{
    const crs__tensor *found = crs__safetensors_find(file, wanted->name);
    if (found == NULL)
        return crs_error_set(err, CRS_EFORMAT, "%s: the tensor '%s' is missing", name,
                             wanted->name);
    if (found->type != wanted->type || found->n != wanted->n)
        return crs_error_set(
            err, CRS_EFORMAT, "%s: tensor '%s' is %s with %zu elements; expected %s with %zu", name,
            wanted->name, found->type->safetensors, found->n, wanted->type->safetensors, wanted->n);
    return CRS_OK;
}

/* Does what it says of its end go with the epoch and the records it has? */
static int is_possible(const crs_fit *fit, const counters *c, size_t n_records)
{
    if (c->end != CRS_FIT_GOES_ON)
        return n_records > 0 && c->best != UINT64_MAX;
    /* the last of the epochs ends the training */
    return c->epoch < fit->config.epochs && (n_records == 0) == (c->best == UINT64_MAX);
}

/* What no training of this shape could have come to. */
static crs_status check_counters(const crs_fit *fit, const layout *l, size_t n_records,
                                 const char *name, crs_error *err)
{
    const counters *c = &l->counters;
    uint64_t per_epoch = fit->per_epoch, batch = fit->feed.batch;
    int in_epoch = c->at > 0;
    if (c->epoch > fit->config.epochs)
        return crs_error_set(err, CRS_ESHAPE,
                             "%s: is from after epoch %llu; only %zu epochs are wanted here", name,
                             (unsigned long long)c->epoch, fit->config.epochs);
    if (c->end == CRS_FIT_ALL_EPOCHS && c->epoch < fit->config.epochs && fit->best_params != NULL)
        return crs_error_set(err, CRS_ESHAPE,
                             "%s: that training of %llu epochs is over and its net is that of its "
                             "best epoch; %zu epochs with patience need a new one",
                             name, (unsigned long long)c->epoch, fit->config.epochs);
    if (c->step / per_epoch != c->epoch || c->step % per_epoch * batch != c->at ||
        c->at >= fit->feed.n || c->end > CRS_FIT_DIVERGED ||
        (c->best != UINT64_MAX && c->best >= n_records) || !is_possible(fit, c, n_records) ||
        l->random[CRS_RANDOM_WORDS] > CRS_RANDOM_WORDS || l->random[CRS_RANDOM_WORDS + 1] > 1 ||
        (in_epoch && c->end != CRS_FIT_GOES_ON))
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: its counters do not fit each other (epoch %llu, step %llu, "
                             "sample %llu)",
                             name, (unsigned long long)c->epoch, (unsigned long long)c->step,
                             (unsigned long long)c->at);
    return CRS_OK;
}

static crs_status take_records(const crs__safetensors *file, layout *l, size_t *n, const char *name,
                               crs_error *err)
{
    const crs__tensor *found = crs__safetensors_find(file, "records");
    *n = 0;
    if (found == NULL)
        return CRS_OK;
    if (found->type != crs__element_of(CRS__ELEMENT_FLOAT, 8) || found->n_dims != 2 ||
        found->dims[1] != RECORD)
        return crs_error_set(err, CRS_EFORMAT, "%s: tensor 'records' is no table of %d columns",
                             name, RECORD);
    *n = found->dims[0];
    l->records = crs__alloc(*n + 1, sizeof *l->records);
    if (l->records == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: no memory to read it", name);
    crs__tensor_take(found, l->records);
    return CRS_OK;
}

static void put_back(crs_fit *fit, const layout *l, size_t n_records)
{
    const counters *c = &l->counters;
    const numbers *x = &l->numbers;
    crs_random *random = &fit->feed.random;
    memcpy(random->key, l->random, sizeof random->key);
    random->pos = l->random[CRS_RANDOM_WORDS];
    random->has_gauss = l->random[CRS_RANDOM_WORDS + 1];
    random->gauss = x->gauss;
    fit->epoch = c->epoch;
    fit->step = c->step;
    fit->best = c->best == UINT64_MAX ? SIZE_MAX : (size_t)c->best;
    fit->waited = (size_t)c->waited;
    fit->end = (crs_fit_end)c->end;
    fit->plateau =
        (crs_plateau){x->plateau_best, c->plateau_epochs, c->plateau_waited, c->plateau_lowered};
    fit->last_lr = x->last_lr;
    fit->best_cost = x->best_cost;
    fit->tally.samples = x->samples;
    fit->tally.weight = x->weight;
    fit->tally.cost = x->cost;
    fit->tally.correct = x->correct;
    fit->tally.kink_hits = x->kink_hits;
    if (fit->optimizer != NULL)
        crs_optimizer_set_steps(fit->optimizer, c->optimizer_steps);
    if (n_records > 0)
        memcpy(fit->records, l->records, n_records * sizeof *l->records);
    fit->n_records = n_records;
    fit->feed.at = 0;
    if (c->at > 0)
        crs__feed_begin_epoch(fit);
    fit->feed.at = (size_t)c->at;
    if (fit->end == CRS_FIT_ALL_EPOCHS && fit->epoch < fit->config.epochs) /* more are wanted */
        fit->end = CRS_FIT_GOES_ON;
}

/* Take all that is not the fit's own to change, and look at it. */
static crs_status examine(const crs_fit *fit, const crs__safetensors *file, layout *l,
                          size_t *n_records, const char *name, crs_error *err)
{
    crs_status status = check_version(file, name, err);
    if (status == CRS_OK)
        status =
            crs__fit_compare_about(fit, crs__safetensors_metadata(file, "training"), name, err);
    for (size_t i = 0; status == CRS_OK && i < l->n; i++)
        status = check_tensor(file, &l->tensor[i], name, err);
    if (status == CRS_OK)
        status = take_records(file, l, n_records, name, err);
    if (status != CRS_OK)
        return status;
    crs__tensor_take(crs__safetensors_find(file, "counters"), &l->counters);
    crs__tensor_take(crs__safetensors_find(file, "numbers"), &l->numbers);
    crs__tensor_take(crs__safetensors_find(file, "random"), l->random);
    return check_counters(fit, l, *n_records, name, err);
}

crs_status crs_fit_load(crs_fit *fit, size_t n, const void *bytes, const char *name, crs_error *err)
{
    if (fit == NULL || (n > 0 && bytes == NULL) || name == NULL)
        return crs__null_argument(err, __func__);
    crs__safetensors file = {0};
    size_t n_records = 0;
    layout *l;
    crs_status status = layout_create(fit, err, &l);
    if (status != CRS_OK)
        return status;
    lay_out(fit, l);
    if (n > 8 && !crs__safetensors_recognises(bytes, n))
        status = crs_error_set(err, CRS_EFORMAT, "%s: is no checkpoint of crease", name);
    if (status == CRS_OK)
        status = crs__safetensors_load(n, bytes, name, err, &file);
    if (status == CRS_OK)
        status = examine(fit, &file, l, &n_records, name, err);
    if (status == CRS_OK && crs__fit_reserve_records(fit, n_records) != CRS_OK)
        status = crs_error_set(err, CRS_ENOMEM, "%s: no memory to read it", name);
    if (status == CRS_OK && fit->lbfgs != NULL) {
        crs__tensor_take(crs__safetensors_find(&file, "lbfgs"), l->lbfgs);
        status = crs_lbfgs_set_state(fit->lbfgs, l->lbfgs, err);
    }
    if (status == CRS_OK) {
        for (size_t i = 0; i < l->n; i++)
            crs__tensor_take(crs__safetensors_find(&file, l->tensor[i].name), l->to[i]);
        put_back(fit, l, n_records);
    }
    crs__safetensors_release(&file);
    layout_destroy(l);
    return status;
}
