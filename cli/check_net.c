/* crease check net: is the gradient of a network right, parameter by parameter? */
#include "check_net.h"

#include "check.h"
#include "compare.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "progress.h"
#include "rules.h"
#include "source.h"

#include <crease/train.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME CHECK_NET_NAME
#define MAX_HIDDEN 64

typedef struct net_values {
    model_data_options d;
    const char *hidden, *act, *loss, *init, *dtype, *rule;
    double kink, lr;
    size_t samples, iterations, differences;
} net_values;

#define FIELD(name) offsetof(net_values, name)

static const cli_option options[] = {
    {OPTION_HEADING, 0, NULL, NULL, "The net:", 0, 0, 0},
    {OPTION_INPUT, 'd', "data", "DATA",
     "samples: planar (default but for a MODEL), circles, ..., or a file", FIELD(d.data), 0, 0},
    {OPTION_COUNT, 0, "samples", "N", "take N of them, spread evenly (default: all)",
     FIELD(samples), 1, 1e9},
    {OPTION_TEXT, 0, "hidden", "N,N,...", "units of the hidden layers (default: 5,3)",
     FIELD(hidden), 0, 0},
    {OPTION_TEXT, 'a', "act", "ACT,...",
     "their activations, one for all or one each: relu (default), leaky_relu:0.1, tanh, ...",
     FIELD(act), 0, 0},
    {OPTION_REAL, 0, "kink", "X", "the derivative's value at the kinks", FIELD(kink), 0, 0},
    {OPTION_TEXT, 0, "loss", "LOSS", "bce, softmax or squared (default: what goes with the labels)",
     FIELD(loss), 0, 0},
    {OPTION_TEXT, 0, "init", "INIT",
     "he (default), lecun, glorot, zeros, small (0.01 randn), randn:SCALE", FIELD(init), 0, 0},
    {OPTION_TEXT, 0, "dtype", "f32|f64", "number type (default: f64, or the MODEL's)", FIELD(dtype),
     0, 0},
    {OPTION_COUNT, 'n', "iterations", "N",
     "train so long first, so that biases are not 0 (default: 10; of a MODEL 0)", FIELD(iterations),
     0, 1e9},
    {OPTION_REAL, 0, "lr", "X", "step size of that (default: 0.01)", FIELD(lr), 0, 1e6},
    {OPTION_HEADING, 0, NULL, NULL, "The data of a MODEL:", 0, 0, 0},
    MODEL_DATA_COLUMN_OPTIONS(net_values),
    {OPTION_NAME, 't', "target", "NAME|FILE",
     "a column or array by name, or a file of its own (default: what the net learned)",
     FIELD(d.target), 0, 0},
    {OPTION_HEADING, 0, NULL, NULL, "The check:", 0, 0, 0},
    {OPTION_TEXT, 'r', "rule", "RULE",
     "check a net whose backward pass uses RULE for g'(z): 'A >= 0'", FIELD(rule), 0, 0},
    {OPTION_COUNT, 0, "differences", "N",
     "confirm N parameters, drawn at random, by differences of the cost (default: as many as take "
     "about a second)",
     FIELD(differences), 1, 1e9},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {
    .name = NAME,
    .arguments = "[MODEL]",
    .arguments_are_inputs = true,
    .max_arguments = 1,
    .intro =
        "Check the gradient that backward computes for a network, a trained MODEL or one "
        "described by the options below, on given data: every parameter gets a verdict of its own. The side of each "
        "kink that every z is on is recorded and kept; what is left is smooth and is "
        "differentiated exactly, by another way than backward's. No step size, no tolerance "
        "to choose. Where a z is exactly on a kink, the slopes on both sides are computed.",
    .details =
        "Verdicts: match; kink (on a kink, between the slopes of both sides, as it may be); "
        "kink-outside (on a kink, outside of them); mismatch; undecided (with the reason).\n\n"
        "Exit status: 0 if nothing is wrong; 1 for a mismatch, or a value at a kink that lies "
        "outside of its two slopes. A kink-outside where several units are on their kinks at once "
        "and each has a value that is allowed is reported and is not wrong: the chain rule "
        "promises no derivative there.\n\n"
        "MODEL is a file that `crease train` wrote: layers, activations, values at kinks, loss "
        "and parameters are its own, and --data FILE is scaled as the model says. The proof knows "
        "dense layers and the losses bce, softmax and squared; a MODEL with anything else is "
        "refused.",
    .options = options,
};

/* Everything of one run. */
typedef struct job {
    net_values v;
    const char *model; /* NULL: the net is described */
    char acts_text[256];
    common_options common;
    size_t widths[MAX_HIDDEN + 2];
    crs_act acts[MAX_HIDDEN];
    crs_net_config shape;
    crs_init init;
    crs_rule *rule;
    crs_dataset data;
    crs_executor executor;
    crs_net *net;
    crs_workspace *work;
    crs_gradcheck *result;
    cli_progress progress;
} job;

/* ---- the net as described -------------------------------------------------------------- */

/* "relu" or "relu,tanh": one for all hidden layers, or one each. */
static exit_status read_acts(job *j, size_t n_hidden)
{
    const char *at = j->v.act;
    size_t n = 0;
    for (;;) {
        size_t length = strcspn(at, ",");
        char name[64];
        crs_error err;
        if (length >= sizeof name || n == n_hidden)
            return fail(EXIT_INPUT, NAME,
                        "--act '%s': expected one activation, or one for each of the %zu hidden "
                        "layer%s",
                        j->v.act, n_hidden, n_hidden == 1 ? "" : "s");
        memcpy(name, at, length);
        name[length] = '\0';
        if (crs_act_parse(name, &err, &j->acts[n]) != CRS_OK)
            return fail_library(NAME, &err);
        for (size_t k = 0; k < j->acts[n].n_kinks && !isnan(j->v.kink); k++)
            j->acts[n].kink[k].value = j->v.kink;
        n++;
        if (at[length] == '\0')
            break;
        at += length + 1;
    }
    if (n != 1 && n != n_hidden)
        return fail(EXIT_INPUT, NAME,
                    "--act '%s': %zu activations for %zu hidden layers, expected one or %zu",
                    j->v.act, n, n_hidden, n_hidden);
    for (size_t l = n; l < n_hidden; l++)
        j->acts[l] = j->acts[0];
    return EXIT_DONE;
}

/* The loss, and how many outputs it has for the labels. */
static exit_status choose_loss(job *j, size_t *n_out)
{
    size_t classes = j->data.n_classes;
    crs_loss loss = classes == 0 ? CRS_LOSS_SQUARED : classes > 2 ? CRS_LOSS_SOFTMAX : CRS_LOSS_BCE;
    if (j->v.loss != NULL) {
        int id = 0;
        while (crs_loss_name((crs_loss)id) != NULL &&
               strcmp(crs_loss_name((crs_loss)id), j->v.loss) != 0)
            id++;
        if (crs_loss_name((crs_loss)id) == NULL)
            return fail(EXIT_INPUT, NAME, "--loss '%s': expected bce, softmax or squared",
                        j->v.loss);
        loss = (crs_loss)id;
    }
    if (loss == CRS_LOSS_BCE && classes != 2)
        return fail(EXIT_INPUT, NAME, "--loss bce is for two classes, %s has %zu%s", j->v.d.data,
                    classes, classes == 0 ? " (its target is a number: use squared)" : "");
    if (loss == CRS_LOSS_SOFTMAX && classes == 0)
        return fail(EXIT_INPUT, NAME, "--loss softmax is for classes, the target of %s is a number",
                    j->v.d.data);
    j->shape.loss = loss;
    *n_out = loss == CRS_LOSS_SOFTMAX ? classes : 1;
    return EXIT_DONE;
}

static exit_status load_data(job *j)
{
    crs_data_read_options how;
    crs_data_read_options_init(&how);
    how.dtype = j->shape.dtype;
    return source_load_single(NAME, j->v.d.data, NULL, &how, &j->data);
}

/* What describes a net has no place beside one that is there, nor columns beside a generator. */
static exit_status check_options(const job *j)
{
    const net_values *v = &j->v;
    const char *given = v->hidden != NULL ? "hidden"
                        : v->act != NULL  ? "act"
                        : !isnan(v->kink) ? "kink"
                        : v->loss != NULL ? "loss"
                        : v->init != NULL ? "init"
                                          : NULL;
    if (j->model != NULL && given != NULL)
        return fail(EXIT_INPUT, NAME, "--%s describes a net, and %s is one: expected one of them",
                    given, j->model);
    if (j->model != NULL && v->d.data == NULL)
        return fail(EXIT_INPUT, NAME, "%s: on which data? (--data FILE)", j->model);
    given = v->d.features != NULL  ? "features"
            : v->d.columns != NULL ? "columns"
            : v->d.ignore != NULL  ? "ignore"
            : v->d.target != NULL  ? "target"
            : v->d.header          ? "header"
            : v->d.no_header       ? "no-header"
                                   : NULL;
    if (j->model == NULL && given != NULL)
        return fail(EXIT_INPUT, NAME, "--%s is for the data of a MODEL, and none is named", given);
    return EXIT_DONE;
}

static void set_defaults(job *j)
{
    net_values *v = &j->v;
    v->d.data = v->d.data == NULL ? "planar" : v->d.data;
    v->hidden = v->hidden == NULL ? "5,3" : v->hidden;
    v->act = v->act == NULL ? "relu" : v->act;
    v->init = v->init == NULL ? "he" : v->init;
    v->dtype = v->dtype == NULL ? "f64" : v->dtype;
    if (v->iterations == COUNT_NOT_GIVEN)
        v->iterations = 10;
}

static exit_status describe(job *j)
{
    crs_error err;
    size_t n_hidden = 0, n_out = 1;
    exit_status status;
    set_defaults(j);
    (void)snprintf(j->acts_text, sizeof j->acts_text, "%s", j->v.act);
    status = compare_read_hidden(NAME, j->v.hidden, MAX_HIDDEN, j->widths + 1, &n_hidden);
    if (status == EXIT_DONE)
        status = read_acts(j, n_hidden);
    if (status != EXIT_DONE)
        return status;
    if (crs_init_parse(j->v.init, &err, &j->init) != CRS_OK ||
        crs_dtype_parse(j->v.dtype, &err, &j->shape.dtype) != CRS_OK)
        return fail_library(NAME, &err);
    status = load_data(j);
    if (status == EXIT_DONE)
        status = choose_loss(j, &n_out);
    if (status != EXIT_DONE)
        return status;
    j->widths[0] = j->data.n_features;
    j->widths[n_hidden + 1] = n_out;
    j->shape.n_layers = n_hidden + 1;
    j->shape.widths = j->widths;
    j->shape.acts = j->acts;
    return EXIT_DONE;
}

/* The net and the data of the command line. */
static exit_status find_net(job *j)
{
    exit_status status = check_options(j);
    if (status == EXIT_DONE && j->v.rule != NULL)
        status = rules_parse(NAME, 1, &j->v.rule, &j->rule);
    if (status != EXIT_DONE)
        return status;
    if (j->model == NULL)
        status = describe(j);
    else
        status = net_check_read_model(j->model, &j->v.d, j->v.dtype, &j->net, &j->data,
                                      j->acts_text, sizeof j->acts_text);
    if (status != EXIT_DONE)
        return status;
    if (j->v.iterations == COUNT_NOT_GIVEN)
        j->v.iterations = 0;
    if (j->v.samples == COUNT_NOT_GIVEN)
        j->v.samples = j->data.n_samples;
    if (j->v.samples > j->data.n_samples)
        return fail(EXIT_INPUT, NAME, "--samples %zu: %s has %zu", j->v.samples, j->v.d.data,
                    j->data.n_samples);
    return EXIT_DONE;
}

/* ---- running ---------------------------------------------------------------------------- */

/* A described net is made; one that was read is there. */
static crs_status make_net(job *j, crs_error *err)
{
    crs_train_config training = {0};
    crs_random random;
    if (j->model == NULL) {
        crs_status status = crs_net_create(&j->shape, err, &j->net);
        if (status != CRS_OK)
            return status;
        crs_random_seed(&random, j->common.seed);
        crs_net_init(j->net, &j->init, &random);
    }
    training.lr = j->v.lr;
    training.iterations = j->v.iterations;
    training.executor = &j->executor;
    return j->v.iterations == 0 ? CRS_OK : crs_train(j->net, &j->data, &training, err);
}

/* Samples 0, n / N, 2 n / N, ...: data is often sorted by class. */
static crs_status load_batch(job *j, crs_error *err)
{
    size_t n = j->v.samples, *index = memory_get(n, sizeof *index);
    crs_status status;
    if (index == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for the numbers of %zu samples", n);
    for (size_t i = 0; i < n; i++)
        index[i] = (size_t)((double)i * (double)j->data.n_samples / (double)n);
    status = crs_workspace_create(j->net, n, &j->executor, err, &j->work);
    if (status == CRS_OK)
        status = crs_workspace_load(j->work, n, j->data.x, j->data.y,
                                    n == j->data.n_samples ? NULL : index, err);
    free(index);
    return status;
}

static int show_progress(void *ctx, double done)
{
    progress_update(ctx, done, "of the net");
    return 0;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static exit_status run(job *j, double *seconds)
{
    crs_gradcheck_config config = {0};
    crs_backward_rule rule;
    crs_error err;
    double start;
    crs_status status = make_net(j, &err);
    if (status == CRS_OK)
        status = load_batch(j, &err);
    if (status != CRS_OK)
        return fail_library(NAME, &err);
    if (j->rule != NULL) {
        crs_rule_backward(j->rule, &rule);
        crs_workspace_set_rule(j->work, 0, &rule);
    }
    config.cross_checks = j->v.differences == COUNT_NOT_GIVEN ? 0 : j->v.differences;
    config.seed = j->common.seed;
    config.executor = &j->executor;
    config.progress = show_progress;
    config.progress_ctx = &j->progress;
    progress_begin(&j->progress, j->common.quiet);
    start = seconds_now();
    status = crs_gradcheck_net(j->net, j->work, &config, &err, &j->result);
    *seconds = seconds_now() - start;
    progress_end(&j->progress);
    return status == CRS_OK ? EXIT_DONE : fail_library(NAME, &err);
}

static exit_status run_and_show(job *j)
{
    net_check c = {.acts = j->acts_text, .model = j->model};
    exit_status status = run(j, &c.seconds);
    if (status != EXIT_DONE)
        return status;
    c.data = &j->data;
    c.samples = j->v.samples;
    c.net = j->net;
    c.rule = j->rule;
    crs_init_format(&j->init, c.init, sizeof c.init);
    c.seed = j->common.seed;
    c.iterations = j->v.iterations;
    c.lr = j->v.lr;
    c.threads = crs_executor_workers(&j->executor);
    c.result = j->result;
    if (j->common.json)
        status = net_check_print_json(&c);
    else
        net_check_print_text(&c);
    return status != EXIT_DONE ? status : j->result->passed ? EXIT_DONE : EXIT_WRONG;
}

static void release(job *j)
{
    crs_gradcheck_destroy(j->result);
    crs_workspace_destroy(j->work);
    crs_net_destroy(j->net);
    crs_dataset_release(&j->data);
    rules_release(1, &j->rule);
    crs_executor_release(&j->executor);
    free(j);
}

exit_status check_net(int argc, char **argv)
{
    job *j = memory_get(1, sizeof *j);
    size_t n_arguments;
    char **arguments;
    options_result result;
    exit_status status;
    if (j == NULL)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    j->v.kink = NAN;
    j->v.lr = 0.01;
    j->v.samples = j->v.differences = j->v.iterations = COUNT_NOT_GIVEN;
    result = options_read(&line, argc, argv, &j->common, &j->v, &n_arguments, &arguments);
    status = options_exit(result);
    if (result == OPTIONS_RUN) {
        j->model = n_arguments > 0 ? arguments[0] : NULL;
        if (!j->common.seed_given)
            j->common.seed = 1;
        status = options_threads(NAME, &j->common, &j->executor);
        if (status == EXIT_DONE)
            status = find_net(j);
        if (status == EXIT_DONE)
            status = run_and_show(j);
    }
    release(j);
    return status;
}
