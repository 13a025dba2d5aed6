/*
 * Any bytes are put back as the state of a training, whole, or refused and the training is as it
 * was. After a state that was taken the training goes on to its end. The first byte chooses which
 * training. The environment variable SEEDS names a folder to write true states to.
 */
#include <crease/data.h>
#include <crease/fit.h>
#include <crease/net.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "safetensors.h"

#define N_TRAIN 20
#define N_VALID 10

typedef struct training {
    const char *layers, *optim, *schedule;
    size_t batch, patience, every;
} training;

static const training trainings[] = {
    {"3:relu+bn+drop=0.1,3:tanh+skip,1", "adam", "plateau:patience=2", 4, 0, 1},
    {"3,1", "lbfgs", "constant", 0, 0, 1},
    {"4:relu,4,1", "momentum:0.9", "step:every=1", 4, 2, 1},
    {"3:relu+bn,1", "adagrad", "cosine", 7, 0, 2},
    {"2,1", "sgd", "constant", 20, 1, 2},
};
#define N_TRAININGS (sizeof trainings / sizeof *trainings)

static crs_dataset data;
static size_t train_index[N_TRAIN], valid_index[N_VALID];

static void make_net(const training *t, crs_net **out)
{
    static crs_layers layers;
    crs_net_config config = {0};
    crs_random random;
    crs_init init;
    crs_act act;
    crs_error err;
    must(crs_act_parse("relu", &err, &act) == CRS_OK);
    must(crs_layers_parse(t->layers, &act, &err, &layers) == CRS_OK);
    layers.widths[0] = 2;
    config.n_layers = layers.n_layers;
    config.widths = layers.widths;
    config.acts = layers.acts;
    config.options = layers.options;
    config.loss = CRS_LOSS_BCE;
    config.dtype = CRS_F64;
    must(crs_net_create(&config, &err, out) == CRS_OK);
    must(crs_init_parse("he", &err, &init) == CRS_OK);
    crs_random_seed(&random, 1);
    crs_net_init(*out, &init, &random);
}

static void make(const training *t, crs_net **net, crs_fit **fit)
{
    crs_fit_config config;
    crs_error err;
    make_net(t, net);
    crs_fit_config_init(&config);
    must(crs_optim_parse(t->optim, &err, &config.optim) == CRS_OK);
    must(crs_schedule_parse(t->schedule, &err, &config.schedule) == CRS_OK);
    config.epochs = 3;
    config.batch = t->batch;
    config.patience = t->patience;
    config.every = t->every;
    config.n_train = N_TRAIN;
    config.train_index = train_index;
    config.n_valid = N_VALID;
    config.valid_index = valid_index;
    must(crs_fit_create(*net, &data, &config, &err, fit) == CRS_OK);
}

static void save(const crs_fit *fit, fuzz_memory *out)
{
    crs_sink sink = fuzz_sink(out);
    crs_error err;
    must(crs_fit_save(fit, &sink, &err) == CRS_OK);
}

static void write_seeds(const char *folder)
{
    for (unsigned char i = 0; i < N_TRAININGS; i++) {
        for (size_t steps = 0; steps < 20; steps += 3) {
            fuzz_memory state = {0};
            char path[512];
            crs_net *net;
            crs_fit *fit;
            crs_error err;
            FILE *file;
            make(&trainings[i], &net, &fit);
            must(crs_fit_advance(fit, steps, &err) == CRS_OK);
            save(fit, &state);
            (void)snprintf(path, sizeof path, "%s/state-%u-%zu", folder, i, steps);
            file = fopen(path, "wb");
            must(file != NULL && fputc(i, file) == i);
            must(fwrite(state.bytes, 1, state.n, file) == state.n && fclose(file) == 0);
            free(state.bytes);
            crs_fit_destroy(fit);
            crs_net_destroy(net);
        }
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("SEEDS");
    crs_data_options options;
    crs_error err;
    (void)argc;
    (void)argv;
    must(crs_data_defaults("planar", &err, &options) == CRS_OK);
    options.n_samples = N_TRAIN + N_VALID;
    must(crs_data_generate("planar", &options, &err, &data) == CRS_OK);
    for (size_t i = 0; i < N_TRAIN; i++)
        train_index[i] = i;
    for (size_t i = 0; i < N_VALID; i++)
        valid_index[i] = N_TRAIN + i;
    if (folder != NULL)
        write_seeds(folder);
    return 0;
}

/* What was taken is what is saved again, and the training can go on to its end. */
static void go_on(crs_fit *fit)
{
    fuzz_memory state = {0}, again = {0};
    crs_error err;
    size_t n;
    save(fit, &state);
    must(crs_fit_load(fit, state.n, state.bytes, "c", &err) == CRS_OK);
    save(fit, &again);
    must(state.n == again.n && memcmp(state.bytes, again.bytes, state.n) == 0);
    must(crs_fit_advance(fit, 40, &err) == CRS_OK);
    must(crs_fit_ended(fit) != CRS_FIT_GOES_ON);
    (void)crs_fit_records(fit, &n);
    must(crs_fit_best(fit) == SIZE_MAX || crs_fit_best(fit) < n);
    free(state.bytes);
    free(again.bytes);
}

typedef struct loading {
    crs_fit *fit;
    const uint8_t *bytes;
    size_t n;
} loading;

static crs_status try_loading(void *ctx)
{
    const loading *l = ctx;
    crs_error err;
    return crs_fit_load(l->fit, l->n, l->bytes, "c", &err);
}

static crs_status try_saving(void *ctx)
{
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_error err;
    crs_status status = crs_fit_save(ctx, &sink, &err);
    free(out.bytes);
    return status;
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_memory before = {0}, after = {0};
    const training *t;
    crs_net *net;
    crs_fit *fit;
    crs_error err;
    crs_status status;
    if (n == 0)
        return -1;
    t = &trainings[bytes[0] % N_TRAININGS];
    make(t, &net, &fit);
    must(crs_fit_advance(fit, 2, &err) == CRS_OK);
    save(fit, &before);
    fuzz_watch(n);
    status = crs_fit_load(fit, n - 1, bytes + 1, "c", &err);
    fuzz_rest();
    fuzz_starve(status, fuzz_allocations(), try_loading, &(loading){fit, bytes + 1, n - 1});
    if (status == CRS_OK) {
        fuzz_starve(CRS_OK, 100, try_saving, fit);
        go_on(fit);
    } else {
        fuzz_check_error(&err, status, n);
        save(fit, &after);
        must(before.n == after.n && memcmp(before.bytes, after.bytes, after.n) == 0);
    }
    free(before.bytes);
    free(after.bytes);
    crs_fit_destroy(fit);
    crs_net_destroy(net);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t room, unsigned seed)
{
    return fuzz_mutate_safetensors(1, bytes, n, room, seed);
}
