/* crease train: what is said before and after. */
#include "metrics_show.h"
#include "prose.h"
#include "say.h"
#include "train.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const *train_metric_names(const train_job *j)
{
    char **names = j->task == CRS_TASK_CLASSES ? j->model.class_names : j->model.target_names;
    return (const char *const *)names;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- before -------------------------------------------------------------------------------- */

/* "0, 1, ..." or the classes' names, up to a handful. */
static size_t put_classes(const train_job *j, char *text, size_t size)
{
    enum { SHOWN = 6 };
    const crs_dataset *d = &j->data;
    size_t at = 0;
    for (size_t c = 0; c < d->n_classes && c < SHOWN && at < size; c++) {
        char name[PRINTABLE_BYTES];
        if (d->class_names != NULL)
            at += (size_t)snprintf(text + at, size - at, "%s%s", c == 0 ? "" : ", ",
                                   printable(d->class_names[c], name));
        else
            at += (size_t)snprintf(text + at, size - at, "%s%zu", c == 0 ? "" : ", ", c);
    }
    if (d->n_classes > SHOWN && at < size)
        at += (size_t)snprintf(text + at, size - at, ", ...");
    return at < size ? at : size - 1;
}

/* The first class that no sample has; n_classes: none. */
static size_t empty_class(const crs_dataset *d)
{
    for (size_t c = 0; c < d->n_classes; c++) {
        size_t i = 0;
        while (i < d->n_samples && d->y[i] != (double)c)
            i++;
        if (i == d->n_samples)
            return c;
    }
    return d->n_classes;
}

static void describe_target(const train_job *j, char *text, size_t size)
{
    char classes[160] = "";
    size_t empty = j->task == CRS_TASK_CLASSES ? empty_class(&j->data) : 0, at;
    char shown[PRINTABLE_BYTES];
    const char *name =
        j->data.target_names != NULL ? printable(j->data.target_names[0], shown) : NULL;
    switch (j->task) {
    case CRS_TASK_CLASSES:
        (void)put_classes(j, classes, sizeof classes);
        at = (size_t)snprintf(text, size, "%s%s%zu classes (%s)", name == NULL ? "" : name,
                              name == NULL ? "" : ": ", j->data.n_classes, classes);
        if (empty < j->data.n_classes && at < size)
            (void)snprintf(text + at, size - at, "; no sample is of class %zu", empty);
        break;
    case CRS_TASK_LABELS:
        (void)snprintf(text, size, "%zu labels, each there or not", j->model.n_targets);
        break;
    case CRS_TASK_VALUES:
        if (j->model.n_targets == 1)
            (void)snprintf(text, size, "%s%sa number", name == NULL ? "" : name,
                           name == NULL ? "" : ": ");
        else
            (void)snprintf(text, size, "%zu numbers", j->model.n_targets);
        break;
    }
}

static void describe_samples(const train_job *j, char *text, size_t size)
{
    char count[32];
    size_t apart = j->data.n_samples - j->n_train + j->valid.n_samples, at;
    crs_format_count(j->n_train, count, sizeof count);
    at = (size_t)snprintf(text, size, "%s sample%s to train on", count, plural(j->n_train));
    if (apart > 0) {
        crs_format_count(apart, count, sizeof count);
        at += (size_t)snprintf(text + at, size - at, ", %s to validate with", count);
    }
    if (j->test.n_samples > 0) {
        crs_format_count(j->test.n_samples, count, sizeof count);
        at += (size_t)snprintf(text + at, size - at, ", %s to test with", count);
    }
    crs_format_count(j->data.n_features, count, sizeof count);
    (void)snprintf(text + at, size - at, "; %s feature%s, %s%s%s", count,
                   plural(j->data.n_features),
                   j->model.scaler.scaling == CRS_SCALE_STANDARD ? "standardised"
                   : j->model.scaler.scaling == CRS_SCALE_MINMAX ? "scaled to 0 ... 1"
                                                                 : "as they are",
                   j->model.scaler.fill == NULL ? "" : ", missing values filled with ",
                   j->model.scaler.fill == NULL ? "" : j->v.missing);
}

static void describe_net(const train_job *j, char *text, size_t size)
{
    const crs_net *net = j->model.net;
    char shape[512], params[32], act[64] = "no hidden layer";
    train_shape(j, shape, sizeof shape);
    crs_format_count(crs_net_n_params(net), params, sizeof params);
    if (crs_net_layers(net) > 1)
        crs_act_format(crs_net_act(net, 1), act, sizeof act);
    (void)snprintf(text, size, "%s, %s, %s parameters (%s), loss %s", shape, act, params,
                   crs_dtype_name(crs_net_dtype(net)), crs_loss_name(crs_net_loss(net)));
}

static void describe_training(const train_job *j, char *text, size_t size)
{
    const crs_fit_config *c = &j->config;
    char optim[200], schedule[200], batch[48] = "all samples at once";
    crs_optim_format(&c->optim, optim, sizeof optim);
    crs_schedule_format(&c->schedule, schedule, sizeof schedule);
    if (c->batch > 0 && c->batch < j->n_train)
        (void)snprintf(batch, sizeof batch, "batches of %zu", c->batch);
    (void)snprintf(text, size, "%s, step size %g (%s), %s, %zu epoch%s, seed %u", optim,
                   c->lr > 0 ? c->lr : c->optim.lr, schedule, batch, c->epochs, plural(c->epochs),
                   (unsigned)c->seed);
}

static void describe_data(const train_job *j, char *text, size_t size)
{
    char name[PRINTABLE_BYTES];
    (void)snprintf(text, size, "%s: %s", printable(j->data.name, name),
                   j->data.description == NULL ? "" : j->data.description);
}

static const struct {
    const char *name;
    void (*describe)(const train_job *j, char *text, size_t size);
} parts[] = {{"data", describe_data},
             {"samples", describe_samples},
             {"target", describe_target},
             {"net", describe_net},
             {"training", describe_training}};

#define N_PARTS (sizeof parts / sizeof *parts)

void train_describe(const train_job *j, const char *what, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < N_PARTS; i++)
        if (strcmp(parts[i].name, what) == 0)
            parts[i].describe(j, text, size);
}

void train_print_setting(const train_job *j)
{
    for (size_t i = 0; i < N_PARTS; i++) {
        char text[1024];
        parts[i].describe(j, text, sizeof text);
        say("%-10s", parts[i].name);
        prose_print(text, 10);
    }
    (void)putchar('\n');
    (void)fflush(stdout);
}

/* ---- after ----------------------------------------------------------------------------------- */

/* A cell `width` wide: `digits` behind the point, or, below 0, three that count. */
static void put_number(double value, int digits, int width)
{
    if (isnan(value))
        say("%*s", width, "-");
    else if (digits < 0)
        say("%*.3g", width, value);
    else
        say("%*.*f", width, digits, value);
}

static void print_row(const train_job *j, const crs_fit_record *r, bool best)
{
    bool valid = !isnan(r->valid_cost);
    say("%7.0f", r->epoch);
    put_number(r->cost, 6, 11);
    put_number(r->metric, 4, 10);
    if (valid) {
        put_number(r->valid_cost, 6, 13);
        put_number(r->valid_metric, 4, 10);
    }
    put_number(r->lr, -1, 10);
    put_number(r->kink_hits, 0, 10);
    put_number(r->dead_units, 0, 6);
    (void)puts(best && j->config.patience > 0 ? "  best" : "");
}

/* At most some twenty rows: the first, the last, the best, and some between. */
static void print_curve(const train_job *j)
{
    enum { ROWS = 20 };
    size_t n, best = crs_fit_best(j->fit);
    const crs_fit_record *r = crs_fit_records(j->fit, &n);
    size_t step = n > ROWS ? (n + ROWS - 1) / ROWS : 1;
    const char *metric = j->task == CRS_TASK_VALUES ? "R^2" : "accuracy";
    say("%7s%11s%10s", "epoch", "cost", metric);
    if (!isnan(r[n - 1].valid_cost))
        say("%13s%10s", "valid. cost", metric);
    say("%10s%10s%6s\n", "step size", "kink hits", "dead");
    for (size_t i = 0; i < n; i++)
        if (i % step == 0 || i + 1 == n || i == best)
            print_row(j, &r[i], i == best);
    (void)putchar('\n');
}

void train_print_result(const train_job *j)
{
    size_t n;
    crs_fit_end end = crs_fit_ended(j->fit);
    const crs_fit_record *r = crs_fit_records(j->fit, &n);
    print_curve(j);
    if (end == CRS_FIT_STOPPED_EARLY)
        say("Stopped after epoch %.0f: no smaller cost for %.0f epochs. ", r[n - 1].epoch,
            r[n - 1].epoch - r[crs_fit_best(j->fit)].epoch);
    if (end == CRS_FIT_CONVERGED)
        say("Converged after iteration %.0f. ", r[n - 1].epoch);
    if (j->config.patience > 0)
        say("The net is that of epoch %.0f.", r[crs_fit_best(j->fit)].epoch);
    if (end == CRS_FIT_STOPPED_EARLY || end == CRS_FIT_CONVERGED || j->config.patience > 0)
        (void)puts("\n");
    say("On the %s data:\n", j->measured_on);
    metrics_print(stdout, &j->measured, train_metric_names(j));
}
