/* In words, what a state belongs to: its net, data and configuration, a line each. */
#include "core/memory.h"
#include "core/text.h"
#include "train/fit.h"
#include "train/match.h"

#include <string.h>

/* "name=0.1\n", or with another end */
static void put_number(crs__text *t, const char *name, double value, const char *end)
{
    char number[32];
    crs__text_shortest(value, 1, number, sizeof number);
    crs__text_append(t, "%s%s%s", name, number, end);
}

/* Not for secrets: enough that other numbers give another sum. */
static uint64_t sum_of(uint64_t sum, const void *bytes, size_t n)
{
    const unsigned char *from = bytes;
    for (uint64_t word; n > 0; n -= n < 8 ? n : 8, from += 8) {
        word = 0;
        memcpy(&word, from, n < 8 ? n : 8);
        sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 29;
    }
    return sum;
}

/* All targets, and of x some rows, spread evenly: large data need not be read again. */
static uint64_t sum_of_data(const crs_dataset *data)
{
    enum { ROWS = 1000 };
    size_t row = data->n_features * crs_dtype_size(data->dtype);
    size_t rows = data->n_samples < ROWS ? data->n_samples : ROWS;
    uint64_t sum = sum_of(1, data->y, data->n_samples * crs__match_targets(data) * sizeof *data->y);
    for (size_t i = 0; i < rows; i++)
        sum = sum_of(sum, (const char *)data->x + data->n_samples / rows * i * row, row);
    return sum;
}

static void put_net(crs__text *t, const crs_net *net)
{
    crs__text_append(t, "net=%s", crs_dtype_name(crs_net_dtype(net)));
    for (size_t l = 0; l <= crs_net_layers(net); l++) {
        crs__text_append(t, "%s%zu", l == 0 ? " " : "-", crs_net_width(net, l));
        if (l > 0 && l < crs_net_layers(net)) {
            const crs_act *act = crs_net_act(net, l);
            const crs_layer_options *o = crs_net_options(net, l);
            char name[64];
            crs_act_format(act, name, sizeof name);
            crs__text_append(t, ":%s", name);
            for (size_t k = 0; k < act->n_kinks; k++)
                put_number(t, "@", act->kink[k].value, "");
            if (o->batchnorm) {
                put_number(t, "+bn(", o->momentum, "");
                put_number(t, ",", o->eps, ")");
            }
            if (o->dropout > 0)
                put_number(t, "+drop=", o->dropout, "");
            if (o->skip > 0)
                crs__text_append(t, "+skip=%zu", o->skip);
        }
    }
    crs__text_append(t, "\nloss=%s", crs_loss_name(crs_net_loss(net)));
    put_number(t, " delta ", crs_net_huber_delta(net), "");
    put_number(t, " smoothing ", crs_net_label_smoothing(net), "\n");
}

static void put_samples(crs__text *t, const char *what, const crs__judged *judged)
{
    crs__text_append(t, "%s=%zu samples", what, judged->n);
    if (judged->n > 0)
        crs__text_append(t, " of %zu with %zu features, sum %016llx", judged->data->n_samples,
                         judged->data->n_features, (unsigned long long)sum_of_data(judged->data));
    if (judged->index != NULL)
        crs__text_append(
            t, ", chosen %016llx",
            (unsigned long long)sum_of(2, judged->index, judged->n * sizeof *judged->index));
    crs__text_append(t, "\n");
}

/* Would another number of epochs have led elsewhere before its end? The last is always recorded. */
static int counts_on_epochs(const crs_fit_config *c)
{
    crs_schedule_kind kind = c->schedule.kind;
    return kind == CRS_SCHEDULE_COSINE || kind == CRS_SCHEDULE_ONECYCLE ||
           (c->every > 1 && (kind == CRS_SCHEDULE_PLATEAU || c->patience > 0));
}

static void put_augmentation(crs__text *t, const crs_fit_config *c)
{
    const crs_shift *shift = c->augment_ctx;
    if (c->augment == crs_augment_shift)
        crs__text_append(t, "augmentation=%zu x %zu x %zu moved by %zu\n", shift->height,
                         shift->width, shift->channels, shift->most);
    else
        crs__text_append(t, "augmentation=%s\n", c->augment == NULL ? "none" : "some");
}

char *crs__fit_about(const crs_fit *fit)
{
    const crs_fit_config *c = &fit->config;
    char optim[200], schedule[200];
    crs__text t = {0};
    crs_optim_format(&c->optim, optim, sizeof optim);
    crs_schedule_format(&c->schedule, schedule, sizeof schedule);
    put_net(&t, fit->net);
    put_samples(&t, "training", &fit->train);
    put_samples(&t, "validation", &fit->valid);
    crs__text_append(&t, "optimizer=%s\n", optim);
    put_number(&t, "step size=", fit->lr, "\n");
    crs__text_append(&t, "schedule=%s\n", schedule);
    if (counts_on_epochs(c))
        crs__text_append(&t, "epochs=%zu\n", c->epochs);
    crs__text_append(&t, "batch=%zu\nseed=%u\nshuffle=%d\n", fit->feed.batch, (unsigned)c->seed,
                     c->shuffle);
    put_number(&t, "l1=", c->l1, "\n");
    put_number(&t, "l2=", c->l2, "\n");
    put_number(&t, "max-norm=", c->max_norm, "\n");
    put_number(&t, "clip=", c->clip, "\n");
    crs__text_append(&t, "patience=%zu\nrecords every=%zu\n", c->patience, c->every);
    put_augmentation(&t, c);
    if (fit->weights != NULL)
        crs__text_append(&t, "weights=%016llx\n",
                         (unsigned long long)sum_of(3, fit->weights,
                                                    fit->data->n_samples * sizeof *fit->weights));
    if (t.failed) {
        crs__free(t.data);
        return NULL;
    }
    return t.data;
}

static size_t line_of(const char *at)
{
    return strcspn(at, "\n");
}

static int shown(size_t n)
{
    return n < 160 ? (int)n : 160;
}

/* The lines that put_samples writes. */
static int is_of_samples(const char *line)
{
    return strncmp(line, "training=", 9) == 0 || strncmp(line, "validation=", 11) == 0;
}

crs_status crs__fit_compare_about(const crs_fit *fit, const char *theirs, const char *name,
                                  crs_error *err)
{
    char *ours = crs__fit_about(fit);
    const char *a = ours, *b = theirs;
    crs_status status = CRS_OK;
    if (ours == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: no memory to read it", name);
    while (status == CRS_OK && (*a != '\0' || *b != '\0')) {
        size_t m = line_of(a), n = line_of(b);
        if (m != n || memcmp(a, b, n) != 0)
            status = crs_error_set(err, CRS_ESHAPE, "%s: is of %s: there '%.*s', here '%.*s'", name,
                                   is_of_samples(a) ? "other data" : "another training", shown(n),
                                   b, shown(m), a);
        a += m + (a[m] == '\n');
        b += n + (b[n] == '\n');
    }
    crs__free(ours);
    return status;
}
