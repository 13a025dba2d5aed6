/* crease train: a net on real data. */
#include "train.h"

#include "again.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "output.h"
#include "run_figure.h"
#include "say.h"
#include "source.h"

#include <crease/format.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD(name) offsetof(train_values, name)
#define TEXT_AS(kind, key, name, field, value, help)     \
    {                                                    \
        kind, key, name, value, help, FIELD(field), 0, 0 \
    }
#define TEXT(key, name, field, value, help) TEXT_AS(OPTION_TEXT, key, name, field, value, help)
#define REAL(name, field, value, help, min, max)                  \
    {                                                             \
        OPTION_REAL, 0, name, value, help, FIELD(field), min, max \
    }
#define COUNT(name, field, help, min, max)                       \
    {                                                            \
        OPTION_COUNT, 0, name, "N", help, FIELD(field), min, max \
    }
#define FLAG(name, field, help)                              \
    {                                                        \
        OPTION_FLAG, 0, name, NULL, help, FIELD(field), 0, 0 \
    }
#define HEADING(text)                                \
    {                                                \
        OPTION_HEADING, 0, NULL, NULL, text, 0, 0, 0 \
    }

static const cli_option options[] = {
    HEADING("The data:"),
    TEXT_AS(OPTION_INPUT, 'd', "data", data, "FILE",
            "samples: .csv .npy .npz .h5 .safetensors, IDX (.gz too), or planar, circles, ..."),
    TEXT_AS(
        OPTION_NAME, 't', "target", target, "NAME|FILE",
        "what is learned: a column or array by name, columns by number from 1 or range (8-10), or "
        "a file of its own (default: the last column)"),
    TEXT_AS(OPTION_INPUT, 0, "test", test, "FILE", "samples that are only measured on, at the end"),
    TEXT_AS(OPTION_NAME, 0, "test-target", test_target, "NAME|FILE",
            "their target, where it has a file of its own"),
    TEXT_AS(
        OPTION_NAME, 0, "valid", valid, "SHARE|FILE",
        "samples to validate with after each epoch: a share of the data, drawn (0.1), or a file"),
    TEXT(0, "features", features, "NAME", "the array of samples in a file of several"),
    TEXT(0, "columns", columns, "COLUMNS", "the columns to learn from (default: all others)"),
    TEXT(0, "ignore", ignore, "COLUMNS", "columns to leave out: names, numbers, ranges"),
    TEXT(
        0, "task", task, "TASK",
        "classes, labels (several columns of 0 and 1) or values: what the target is (default: found out, and said)"),
    TEXT(0, "missing", missing, "POLICY",
         "samples with an empty field: refuse (default), drop, or fill with mean, median, zero"),
    TEXT(0, "scale", scale, "HOW",
         "features: none, standard, minmax; kept in the model (default: standard for text tables, "
         "none else). Values to learn are standardised unless this is none"),
    TEXT_AS(OPTION_NAME, 0, "weights", weights, "NAME|FILE",
            "how much each sample counts: a column, or a file"),
    TEXT(0, "class-weights", class_weights, "W,W,...", "how much each class counts, or 'balanced'"),
    FLAG("header", header, "the first line of a text table names its columns"),
    FLAG("no-header", no_header, "the first line of a text table is data"),
    FLAG("raw-bytes", raw_bytes, "pixels stay 0 ... 255 (default: divided by 255)"),
    HEADING("The net:"),
    TEXT(0, "layers", layers, "LAYERS",
         "units:activation, one after the other: 512:relu,256:relu,10; with @X the slope at the "
         "kink, +bn batch normalisation, +drop=P dropout, +skip a residual connection"),
    TEXT(0, "hidden", hidden, "N,N,...", "or: units of the hidden layers (default: 50)"),
    TEXT('a', "act", act, "ACT", "their activation (default: relu)"),
    REAL("kink", kink, "X", "the derivative's value at its kinks", 0, 0),
    REAL("dropout", dropout, "P", "in all hidden layers, the share of units dropped", 0, 0.99),
    FLAG("batchnorm", batchnorm, "batch normalisation in all hidden layers"),
    TEXT(0, "loss", loss, "LOSS",
         "bce, softmax, squared, absolute, huber, hinge (default: what goes with the target)"),
    REAL("huber-delta", huber_delta, "X", "where huber turns straight (default: 1)", 0, 1e9),
    REAL("label-smoothing", label_smoothing, "X", "share of a class that all classes get", 0, 0.99),
    TEXT(0, "init", init, "INIT", "he (default), lecun, glorot, zeros, small, randn:SCALE"),
    TEXT(0, "dtype", dtype, "f32|f64", "number type (default: f32)"),
    HEADING("The training:"),
    TEXT(
        0, "opt", opt, "OPT",
        "sgd (default), momentum:0.9, nesterov, rmsprop, adam, adamw, adagrad, lbfgs; with options: "
        "adam:beta1=0.8,eps=1e-6"),
    REAL("lr", lr, "X",
         "step size (default: 0.1 for sgd, 0.001 for adam and adamw, 1 for lbfgs, 0.01 for others)",
         0, 1e6),
    TEXT(
        0, "schedule", schedule, "SCHEDULE",
        "constant (default), step:every=5,factor=0.5, cosine, plateau:patience=3, onecycle; but for that with "
        "warmup=EPOCHS"),
    COUNT("epochs", epochs, "times through the data (default: 10)", 1, 1e9),
    COUNT("batch", batch, "samples in a batch; 0: all (default: 32)", 0, 1e9),
    REAL("l1", l1, "X", "penalty X |w| on weights", 0, 1e6),
    REAL("l2", l2, "X", "penalty X/2 w^2 on weights", 0, 1e6),
    REAL("max-norm", max_norm, "X", "limit of the norm of each unit's weights", 0, 1e6),
    REAL("clip", clip, "X", "limit of the gradient's norm", 0, 1e9),
    COUNT("patience", patience,
          "stop after N recorded epochs without a smaller cost, and keep the best net", 1, 1e9),
    COUNT("shift", shift, "move each picture by up to N pixels, anew each time", 0, 1000),
    COUNT("every", every, "record every N epochs (default: 1)", 1, 1e9),
    FLAG("no-shuffle", no_shuffle, "keep the order of the data"),
    HEADING("What is written:"),
    TEXT_AS(OPTION_OUTPUT, 'o', "output", output, "FILE",
            "the model (default: crease-model.safetensors)"),
    TEXT(0, "run", run, "FOLDER",
         "settings, curves, pictures, checkpoint (default: the model's name with .run)"),
    TEXT_AS(OPTION_OUTPUT, 0, "picture", picture, "FILE",
            "curves and measures as a picture: .svg, .png or .pdf (the run has one as SVG)"),
    FLAG("no-run", no_run, "no such folder, and no checkpoints"),
    REAL("checkpoint", checkpoint, "SECONDS", "time between checkpoints (default: 10)", 0, 1e9),
    FLAG("resume", resume, "go on from the checkpoint, to the same bits as without a break"),
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static void values_init(train_values *v)
{
    v->output = "crease-model.safetensors";
    v->dtype = "f32";
    v->kink = v->dropout = v->huber_delta = v->label_smoothing = NAN;
    v->lr = v->l1 = v->l2 = v->max_norm = v->clip = v->checkpoint = NAN;
    v->epochs = v->batch = v->patience = v->shift = v->every = COUNT_NOT_GIVEN;
}

static void release(train_job *j)
{
    crs_fit_destroy(j->fit);
    crs_executor_release(&j->executor);
    crs_model_release(&j->model);
    crs_dataset_release(&j->data);
    crs_dataset_release(&j->test);
    crs_dataset_release(&j->valid);
    crs_metrics_release(&j->measured);
    free(j->order);
    free(j->sample_weights);
    free(j->class_weights);
    free(j->checkpoint.bytes);
    train_folder_release(j);
    free(j->predicted);
    free(j->truth);
    free(j->command);
    free(j);
}

/* How the model was trained, for whoever finds the file; nothing that another run would not have. */
static exit_status describe_training(train_job *j)
{
    json_t *o = train_settings_json(j);
    char *text;
    (void)json_object_del(o, "command"); /* --resume is another, the model is the same */
    text = json_write(o, true);
    if (text != NULL && crs_model_set_training(&j->model, text) == CRS_OK) {
        free(text);
        return EXIT_DONE;
    }
    free(text);
    return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
}

/*
 * A bad path is told before the training, not after it. Nothing of it stays open meanwhile: who is
 * killed cannot clean up.
 */
static exit_status check_output(const train_job *j)
{
    cli_output *file;
    exit_status status;
    for (size_t i = 0; crs_data_format_at(i) != NULL; i++) {
        const crs_data_format *format = crs_data_format_at(i);
        if (strcmp(format->name, "safetensors") == 0 && format->package != NULL)
            return fail(EXIT_INPUT, TRAIN_NAME,
                        "this build cannot write a model; install %s and build again",
                        format->package);
    }
    status = output_open(TRAIN_NAME, j->v.output, &file);
    if (status == EXIT_DONE)
        (void)output_abandon(file, NULL);
    return status == EXIT_DONE ? run_figure_check(TRAIN_NAME, j->v.picture) : status;
}

static exit_status write_model(const train_job *j, output_set *set)
{
    cli_output *file;
    crs_error err;
    exit_status status = output_open(TRAIN_NAME, j->v.output, &file);
    if (status != EXIT_DONE)
        return status;
    return output_end(file, crs_model_write(&j->model, output_sink(file), &err), &err, set);
}

/* The model and what is said of it appear together, the model first. */
static exit_status write_outputs(train_job *j)
{
    output_set set = {0};
    exit_status status = describe_training(j);
    if (status == EXIT_DONE)
        status = write_model(j, &set);
    if (status == EXIT_DONE && j->folder != NULL)
        status = train_folder_write_result(j, &set);
    if (status == EXIT_DONE && j->v.picture != NULL)
        status = train_draw(j, j->v.picture, &set);
    return status == EXIT_DONE ? output_set_keep_back(&set) : output_set_abandon(&set, status);
}

/* The first byte: all that crs_model_write checks is then checked. */
static crs_status write_nothing(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    *(bool *)ctx = n > 0;
    return CRS_ECANCELED;
}

/* A net that no file could hold, because of its names for example, is told before the training. */
static exit_status check_model(train_job *j)
{
    bool began = false;
    crs_sink sink = {write_nothing, &began};
    crs_error err;
    exit_status status = describe_training(j);
    if (status == EXIT_DONE && crs_model_write(&j->model, &sink, &err) != CRS_OK && !began)
        status = fail(exit_status_of(err.status), TRAIN_NAME,
                      "no file could hold this model: %s (names of %zu features and %zu classes)",
                      err.text, j->data.n_features, j->data.n_classes);
    return status;
}

static exit_status run_and_write(train_job *j)
{
    exit_status status;
    if (!j->common.json)
        train_print_setting(j);
    status = train_run(j);
    return status == EXIT_DONE ? write_outputs(j) : status;
}

static exit_status show(const train_job *j)
{
    char count[32], file[PRINTABLE_BYTES], folder[PRINTABLE_BYTES];
    exit_status status;
    if (j->common.json)
        return json_print(TRAIN_NAME, train_json(j));
    status = output_place();
    if (status != EXIT_DONE)
        return status;
    train_print_result(j);
    if (fflush(stdout) != 0)
        return fail(EXIT_SYSTEM, NULL, "cannot write standard output: %s", strerror(errno));
    crs_format_count((size_t)crs_fit_steps(j->fit), count, sizeof count);
    if (!j->common.quiet)
        say_to(stderr, "wrote %s%s%s (%s steps, %.2f s)\n", printable(j->v.output, file),
               j->folder == NULL ? "" : " and the folder ", printable(j->folder, folder), count,
               j->seconds);
    return EXIT_DONE;
}

exit_status command_train(int argc, char **argv)
{
    static const command_line line = {
        .name = TRAIN_NAME,
        .intro = "Train a net on a table or pictures: read the data, set samples apart for "
                 "validation, train in epochs of shuffled batches, measure, and write a model that "
                 "`crease eval`, `predict`, `export` and PyTorch read.",
        .details =
            "Samples count from 0, epochs from 0, columns from 1. The cost of an epoch is the mean "
            "over its samples, each as its batch saw it before that batch's step.\n\n"
            "The same command gives the same model, byte for byte, for any number of threads, and "
            "if it was killed and went on with --resume. Without it the training begins anew, and "
            "an earlier run stays in its folder until there is a first checkpoint to take its "
            "place. A folder with other files is refused.\n\n"
            "  crease train --data iris.csv --target species --valid 0.2 --epochs 50\n"
            "  crease train --data train-images-idx3-ubyte.gz --target train-labels-idx1-ubyte.gz "
            "--layers 512:relu,256:relu,10 --batch 128 --lr 0.1 -o digits.safetensors",
        .options = options,
    };
    train_job *j = memory_get(1, sizeof *j);
    size_t n_arguments;
    char **arguments;
    options_result result;
    exit_status status;
    if (j != NULL)
        j->command = again_command("crease", argc, argv); /* before argp sorts argv */
    if (j == NULL || j->command == NULL) {
        free(j);
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    }
    values_init(&j->v);
    j->folder_lock = -1;
    j->common.seed = 1;
    result = options_read(&line, argc, argv, &j->common, &j->v, &n_arguments, &arguments);
    status = options_exit(result);
    if (result == OPTIONS_RUN) {
        if (!j->common.seed_given)
            j->common.seed = 1;
        status = j->v.data != NULL ? EXIT_DONE
                                   : fail(EXIT_INPUT, TRAIN_NAME,
                                          "which data? (--data FILE; see `crease train --help`)");
    }
    if (result == OPTIONS_RUN && status == EXIT_DONE && strcmp(j->v.output, "-") == 0)
        status = fail(EXIT_INPUT, TRAIN_NAME,
                      "--output -: standard output has the report; expected a file for the model");
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = train_folder_choose(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = train_load_data(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = train_set_up(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = check_output(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = check_model(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = train_folder_prepare(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = run_and_write(j);
    if (result == OPTIONS_RUN && status == EXIT_DONE)
        status = show(j);
    if (status != EXIT_DONE && j->folder_is_new)
        (void)rmdir(j->folder); /* where nothing came to be in it */
    release(j);
    return status;
}
