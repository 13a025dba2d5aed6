/*
 * Handwritten digits (IDX files, .gz too): a validation split, Adam, stopping early, the accuracy on
 * the test pictures, and the model written to a file.
 *
 *     cc digits.c $(pkg-config --cflags --libs crease) -lm
 *     ./a.out train-images.gz train-labels.gz t10k-images.gz t10k-labels.gz digits.safetensors
 */
#include <crease/fit.h>
#include <crease/metrics.h>
#include <crease/model.h>

#include <stdio.h>
#include <stdlib.h>

/* `like`: the training data, whose classes the test's labels become; NULL for those themselves. */
static crs_status read_idx(const char *images, const char *labels, const crs_dataset *like,
                           crs_error *err, crs_dataset *out)
{
    crs_data_read_options how;
    crs_data_read_options_init(&how);
    how.dtype = CRS_F32;
    how.target_path = labels;
    how.like = like;
    return crs_data_read(images, &how, err, out);
}

static crs_status make_net(const crs_dataset *data, crs_error *err, crs_net **out)
{
    crs_layers layers;
    crs_act relu;
    crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    crs_status status = crs_act_parse("relu", err, &relu);
    if (status == CRS_OK)
        status = crs_layers_parse("128+drop=0.2,10", &relu, err, &layers);
    if (status != CRS_OK)
        return status;
    layers.widths[0] = data->n_features;
    crs_net_config config = {.n_layers = layers.n_layers,
                             .widths = layers.widths,
                             .acts = layers.acts,
                             .options = layers.options,
                             .loss = CRS_LOSS_SOFTMAX,
                             .dtype = data->dtype};
    status = crs_net_create(&config, err, out);
    if (status == CRS_OK) {
        crs_random_seed(&random, 1);
        crs_net_init(*out, &he, &random);
    }
    return status;
}

static crs_status train(crs_net *net, const crs_dataset *data, crs_error *err)
{
    crs_executor threads;
    crs_fit_config how;
    crs_fit *fit = NULL;
    size_t *order = malloc(data->n_samples * sizeof *order), n_train = 0, n;
    if (order == NULL)
        return crs_error_set(err, CRS_ENOMEM, "out of memory");
    /* all there are; the result does not depend on it */
    if (crs_executor_threads(0, &threads) != CRS_OK) {
        free(order);
        return crs_error_set(err, CRS_ENOMEM, "out of memory");
    }
    crs_fit_config_init(&how);
    how.epochs = 10, how.batch = 128, how.patience = 3, how.executor = &threads;
    crs_status status = crs_optim_parse("adam", err, &how.optim);
    if (status == CRS_OK)
        status = crs_dataset_split(data, 0.1, 1, err, order, &n_train);
    how.train_index = order, how.n_train = n_train;
    how.valid_index = order + n_train, how.n_valid = data->n_samples - n_train;
    if (status == CRS_OK)
        status = crs_fit_create(net, data, &how, err, &fit);
    while (status == CRS_OK && crs_fit_ended(fit) == CRS_FIT_GOES_ON) {
        status = crs_fit_advance(fit, (size_t)crs_fit_steps_per_epoch(fit), err);
        const crs_fit_record *r = crs_fit_records(fit, &n);
        if (status == CRS_OK)
            printf("epoch %zu: cost %.4f, validation %.4f, accuracy there %.4f\n", n - 1,
                   r[n - 1].cost, r[n - 1].valid_cost, r[n - 1].valid_metric);
    }
    crs_fit_destroy(fit);
    crs_executor_release(&threads);
    free(order);
    return status;
}

static crs_status test(const crs_net *net, const crs_dataset *data, crs_error *err, double *out)
{
    crs_metrics m = {0};
    double *p = malloc(data->n_samples * 10 * sizeof *p);
    crs_status status =
        p == NULL ? CRS_ENOMEM : crs_net_predict(net, data->n_samples, data->x, 0, p);
    if (status != CRS_OK)
        (void)crs_error_set(err, status, "out of memory");
    else
        status = crs_metrics_measure(CRS_TASK_CLASSES, 10, data->n_samples, p, data->y, 0, err, &m);
    *out = m.accuracy;
    crs_metrics_release(&m);
    free(p);
    return status;
}

static crs_status put(void *ctx, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ctx) == n ? CRS_OK : CRS_EIO;
}

static crs_status write_model(const crs_model *model, const char *path, crs_error *err)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return crs_error_set(err, CRS_EIO, "%s: cannot be written", path);
    crs_status status = crs_model_write(model, &(crs_sink){put, file}, err);
    if (fclose(file) != 0 && status == CRS_OK)
        status = crs_error_set(err, CRS_EIO, "%s: cannot be written", path);
    return status;
}

int main(int argc, char **argv)
{
    crs_dataset data = {0}, test_data = {0};
    crs_model model = {.task = CRS_TASK_CLASSES, .n_classes = 10, .n_targets = 1, .scale_bytes = 1};
    crs_error err;
    double accuracy = 0;
    if (argc != 6) {
        fputs("usage: digits IMAGES LABELS TEST-IMAGES TEST-LABELS MODEL\n", stderr);
        return 2;
    }
    crs_status status = read_idx(argv[1], argv[2], NULL, &err, &data);
    if (status == CRS_OK)
        status = read_idx(argv[3], argv[4], &data, &err, &test_data);
    if (status == CRS_OK)
        status = make_net(&data, &err, &model.net);
    if (status == CRS_OK)
        status = train(model.net, &data, &err);
    if (status == CRS_OK)
        status = test(model.net, &test_data, &err, &accuracy);
    if (status == CRS_OK)
        status = write_model(&model, argv[5], &err);
    if (status == CRS_OK)
        printf("%.2f %% of the test pictures are right; the model is in %s\n", 100 * accuracy,
               argv[5]);
    else
        fprintf(stderr, "%s\n", err.text);
    crs_model_release(&model);
    crs_dataset_release(&test_data);
    crs_dataset_release(&data);
    return status != CRS_OK ? 2 : accuracy < 0.94;
}
