/*
 * Values instead of classes: y = sin(3 a) + b^2 with a little noise, features of very different
 * size, so both sides are standardised; R^2 on samples that were set apart.
 *
 *     cc regression.c $(pkg-config --cflags --libs crease) -lm && ./a.out
 */
#include <crease/fit.h>
#include <crease/metrics.h>
#include <crease/model.h>

#include <math.h>
#include <stdio.h>

enum { N = 1000, TRAIN = 800 };
static double x[N][2], y[N], original[N][2], truth[N], predicted[N];

static void make_data(crs_dataset *data)
{
    crs_random random;
    crs_random_seed(&random, 1);
    for (int i = 0; i < N; i++) {
        double a = crs_random_uniform(&random, -1, 1), b = crs_random_uniform(&random, -1, 1);
        original[i][0] = x[i][0] = 1000 + 100 * a;
        original[i][1] = x[i][1] = 0.001 * b;
        truth[i] = y[i] = 50 + 10 * (sin(3 * a) + b * b + 0.05 * crs_random_randn(&random));
    }
    *data = (crs_dataset){
        .n_samples = N, .n_features = 2, .dtype = CRS_F64, .x = x, .y = y, .n_targets = 1};
}

/* Fitted to the first n samples alone: what is only measured on must not be looked at. */
static crs_status standardise(crs_dataset *data, size_t n, crs_model *model, crs_error *err)
{
    crs_dataset target = {
        .n_samples = data->n_samples, .n_features = 1, .dtype = CRS_F64, .x = data->y};
    const struct {
        crs_dataset *data;
        crs_scaler *scaler;
    } sides[] = {{data, &model->scaler}, {&target, &model->target}};
    crs_status status = CRS_OK;
    for (int i = 0; i < 2 && status == CRS_OK; i++) {
        crs_dataset first = *sides[i].data;
        first.n_samples = n;
        status = crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_NONE, &first, n, NULL, err,
                                sides[i].scaler);
        if (status == CRS_OK)
            status = crs_scaler_apply(sides[i].scaler, sides[i].data, err);
    }
    return status;
}

static crs_status make_net(crs_error *err, crs_net **out)
{
    static const size_t widths[] = {2, 30, 30, 1};
    crs_act acts[2];
    crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    crs_net_config config = {
        .n_layers = 3, .widths = widths, .acts = acts, .loss = CRS_LOSS_SQUARED, .dtype = CRS_F64};
    crs_status status = crs_act_parse("relu", err, &acts[0]);
    acts[1] = acts[0];
    if (status == CRS_OK)
        status = crs_net_create(&config, err, out);
    if (status != CRS_OK)
        return status;
    crs_random_seed(&random, 1);
    crs_net_init(*out, &he, &random);
    return CRS_OK;
}

static crs_status train(crs_net *net, const crs_dataset *data, crs_error *err)
{
    static size_t first[TRAIN];
    crs_fit_config how;
    crs_fit *fit = NULL;
    for (size_t i = 0; i < TRAIN; i++)
        first[i] = i;
    crs_fit_config_init(&how);
    how.n_train = TRAIN, how.train_index = first;
    how.epochs = 100;
    crs_status status = crs_optim_parse("adam", err, &how.optim);
    if (status == CRS_OK)
        status = crs_schedule_parse("cosine", err, &how.schedule);
    how.lr = 0.01;
    if (status == CRS_OK)
        status = crs_fit_create(net, data, &how, err, &fit);
    if (status == CRS_OK)
        status = crs_fit_advance(fit, (size_t)crs_fit_steps_in_all(fit), err);
    crs_fit_destroy(fit);
    return status;
}

int main(void)
{
    crs_dataset data;
    crs_model model = {.task = CRS_TASK_VALUES, .n_targets = 1};
    crs_metrics m = {0};
    crs_error err;
    double r2 = 0;
    make_data(&data);
    crs_status status = standardise(&data, TRAIN, &model, &err);
    if (status == CRS_OK)
        status = make_net(&err, &model.net);
    if (status == CRS_OK)
        status = train(model.net, &data, &err);
    /* The model scales what goes in and scales back what comes out. */
    if (status == CRS_OK)
        status = crs_model_predict(&model, N, original[0], predicted, &err);
    if (status == CRS_OK)
        status = crs_metrics_measure(CRS_TASK_VALUES, 1, N - TRAIN, predicted + TRAIN,
                                     truth + TRAIN, 0, &err, &m);
    if (status == CRS_OK) {
        r2 = m.r2;
        printf("on %d samples set apart: R^2 %.4f, off by %.3f on average\n", N - TRAIN, r2, m.mae);
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    crs_model_release(&model);
    crs_metrics_release(&m);
    return status != CRS_OK ? 2 : r2 < 0.98;
}
