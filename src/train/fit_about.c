/* In words, what a state belongs to: its net, data and configuration, a line each. */
#include "core/memory.h"
#include "train/fit.h"
#include "train/match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct text {
    char *bytes;
    size_t length, room;
    int failed;
} text;

static void put(text *t, const char *format, ...) CRS_PRINTF(2, 3);
static void put(text *t, const char *format, ...)
{
    char piece[320];
    va_list arguments;
    int n;
    va_start(arguments, format);
    n = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (t->failed || n < 0)
        return;
    n = n < (int)sizeof piece ? n : (int)sizeof piece - 1;
    if (t->length + (size_t)n + 1 > t->room) {
        size_t room = 2 * t->room + sizeof piece;
        char *more = crs__realloc(t->bytes, room, 1);
        if (more == NULL) {
            t->failed = 1;
            return;
        }
        t->bytes = more;
        t->room = room;
    }
    memcpy(t->bytes + t->length, piece, (size_t)n + 1);
    t->length += (size_t)n;
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

static void put_net(text *t, const crs_net *net)
{
    put(t, "net=%s", crs_dtype_name(crs_net_dtype(net)));
    for (size_t l = 0; l <= crs_net_layers(net); l++) {
        put(t, "%s%zu", l == 0 ? " " : "-", crs_net_width(net, l));
        if (l > 0 && l < crs_net_layers(net)) {
            const crs_act *act = crs_net_act(net, l);
            const crs_layer_options *o = crs_net_options(net, l);
            char name[64];
            crs_act_format(act, name, sizeof name);
            put(t, ":%s", name);
            for (size_t k = 0; k < act->n_kinks; k++)
                put(t, "@%.17g", act->kink[k].value);
            if (o->batchnorm)
                put(t, "+bn(%.17g,%.17g)", o->momentum, o->eps);
            if (o->dropout > 0)
                put(t, "+drop=%.17g", o->dropout);
            if (o->skip > 0)
                put(t, "+skip=%zu", o->skip);
        }
    }
    put(t, "\nloss=%s delta %.17g smoothing %.17g\n", crs_loss_name(crs_net_loss(net)),
        crs_net_huber_delta(net), crs_net_label_smoothing(net));
}

static void put_samples(text *t, const char *what, const crs__judged *judged)
{
    put(t, "%s=%zu samples", what, judged->n);
    if (judged->n > 0)
        put(t, " of %zu with %zu features, sum %016llx", judged->data->n_samples,
            judged->data->n_features, (unsigned long long)sum_of_data(judged->data));
    if (judged->index != NULL)
        put(t, ", chosen %016llx",
            (unsigned long long)sum_of(2, judged->index, judged->n * sizeof *judged->index));
    put(t, "\n");
}

char *crs__fit_about(const crs_fit *fit)
{
    const crs_fit_config *c = &fit->config;
    char optim[200], schedule[200];
    text t = {0};
    crs_optim_format(&c->optim, optim, sizeof optim);
    crs_schedule_format(&c->schedule, schedule, sizeof schedule);
    put_net(&t, fit->net);
    put_samples(&t, "training", &fit->train);
    put_samples(&t, "validation", &fit->valid);
    put(&t, "optimizer=%s\nstep size=%.17g\nschedule=%s\n", optim, fit->lr, schedule);
    if (c->schedule.kind == CRS_SCHEDULE_COSINE || c->schedule.kind == CRS_SCHEDULE_ONECYCLE)
        put(&t, "epochs=%zu\n", c->epochs);
    put(&t, "batch=%zu\nseed=%u\nshuffle=%d\nl1=%.17g\nl2=%.17g\nmax-norm=%.17g\nclip=%.17g\n",
        fit->feed.batch, (unsigned)c->seed, c->shuffle, c->l1, c->l2, c->max_norm, c->clip);
    put(&t, "patience=%zu\nrecords every=%zu\naugmentation=%s\n", c->patience, c->every,
        c->augment == NULL ? "none" : "some");
    if (fit->weights != NULL)
        put(&t, "weights=%016llx\n",
            (unsigned long long)sum_of(3, fit->weights,
                                       fit->data->n_samples * sizeof *fit->weights));
    if (t.failed) {
        crs__free(t.bytes);
        return NULL;
    }
    return t.bytes;
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
