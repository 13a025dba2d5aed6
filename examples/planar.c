/*
 * The flower of the course: what is recorded of every epoch, here how often a z was exactly on
 * the kink of relu (where a wrong value at 0 would matter), and how many units are dead.
 *
 *     cc planar.c $(pkg-config --cflags --libs crease) -lm && ./a.out
 */
#include <crease/data.h>
#include <crease/fit.h>

#include <stdio.h>

enum { HIDDEN = 20, EPOCHS = 200, EVERY = 20 };

static crs_status make_net(const crs_dataset *data, crs_error *err, crs_net **out)
{
    const size_t widths[] = {data->n_features, HIDDEN, 1};
    crs_act relu;
    crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    crs_status status = crs_act_parse("relu", err, &relu);
    if (status != CRS_OK)
        return status;
    crs_net_config config = {
        .n_layers = 2, .widths = widths, .acts = &relu, .loss = CRS_LOSS_BCE, .dtype = data->dtype};
    status = crs_net_create(&config, err, out);
    if (status == CRS_OK) {
        crs_random_seed(&random, 1);
        crs_net_init(*out, &he, &random);
    }
    return status;
}

/* One epoch at a time, so that each can be shown as it is done. */
static crs_status watch(crs_fit *fit, crs_error *err, crs_fit_record *last)
{
    double kink_hits = 0;
    puts("epoch    cost  accuracy  kink hits  dead units");
    while (crs_fit_ended(fit) == CRS_FIT_GOES_ON) {
        size_t n;
        crs_status status = crs_fit_advance(fit, (size_t)crs_fit_steps_per_epoch(fit), err);
        if (status != CRS_OK)
            return status;
        *last = crs_fit_records(fit, &n)[n - 1];
        kink_hits += last->kink_hits;
        if (n % EVERY == 0)
            printf("%5.0f  %6.4f  %8.4f  %9.0f  %10.0f\n", last->epoch, last->cost, last->metric,
                   last->kink_hits, last->dead_units);
    }
    printf("%s; a z was exactly on a kink %.0f times\n", crs_fit_end_text(crs_fit_ended(fit)),
           kink_hits);
    return CRS_OK;
}

static crs_status train(crs_net *net, const crs_dataset *data, crs_error *err, crs_fit_record *last)
{
    crs_fit_config how;
    crs_fit *fit = NULL;
    crs_fit_config_init(&how);
    crs_status status = crs_optim_parse("adam", err, &how.optim);
    how.lr = 0.01;
    how.epochs = EPOCHS;
    if (status == CRS_OK)
        status = crs_fit_create(net, data, &how, err, &fit);
    if (status == CRS_OK)
        status = watch(fit, err, last);
    crs_fit_destroy(fit);
    return status;
}

int main(void)
{
    crs_dataset data = {0};
    crs_fit_record last = {0};
    crs_net *net = NULL;
    crs_error err;
    crs_status status = crs_data_generate("planar", NULL, &err, &data);
    if (status == CRS_OK)
        status = make_net(&data, &err, &net);
    if (status == CRS_OK)
        status = train(net, &data, &err, &last);
    crs_net_destroy(net);
    crs_dataset_release(&data);
    if (status != CRS_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    return last.metric < 0.85; /* a straight line gets 0.47 */
}
