/* crease train: settings and result as JSON. */
#include "json.h"
#include "metrics_show.h"
#include "train.h"

#include <stdlib.h>

static json_t *count(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *names_json(size_t n, char *const *names)
{
    json_t *list = names == NULL ? json_null() : json_array();
    for (size_t i = 0; names != NULL && i < n; i++)
        (void)json_array_append_new(list, json_text(names[i]));
    return list;
}

static json_t *data_json(const train_job *j)
{
    const crs_dataset *d = &j->data;
    json_t *o = json_object();
    (void)json_object_set_new(o, "name", json_text(d->name));
    (void)json_object_set_new(o, "samples", count(d->n_samples));
    (void)json_object_set_new(o, "features", count(d->n_features));
    (void)json_object_set_new(o, "task", json_text(crs_task_name(j->task)));
    (void)json_object_set_new(o, "classes", count(j->task == CRS_TASK_CLASSES ? d->n_classes : 0));
    (void)json_object_set_new(
        o, "class_names",
        names_json(j->task == CRS_TASK_CLASSES ? d->n_classes : 0, d->class_names));
    (void)json_object_set_new(o, "targets", count(j->model.n_targets));
    (void)json_object_set_new(o, "train_samples", count(j->n_train));
    (void)json_object_set_new(o, "valid_samples",
                              count(j->valid.n_samples + d->n_samples - j->n_train));
    (void)json_object_set_new(o, "test_samples", count(j->test.n_samples));
    (void)json_object_set_new(o, "scaling", json_text(crs_scaling_name(j->model.scaler.scaling)));
    return o;
}

static json_t *layer_json(const train_job *j, size_t l)
{
    const crs_net *net = j->model.net;
    const crs_layer_options *options = crs_net_options(net, l);
    json_t *o = json_object();
    char act[64];
    (void)json_object_set_new(o, "units", count(crs_net_width(net, l)));
    if (l == crs_net_layers(net))
        return o;
    crs_act_format(crs_net_act(net, l), act, sizeof act);
    (void)json_object_set_new(o, "act", json_text(act));
    if (crs_net_act(net, l)->n_kinks > 0)
        (void)json_object_set_new(o, "kink", json_number(crs_net_act(net, l)->kink[0].value));
    (void)json_object_set_new(o, "batchnorm", json_boolean(options->batchnorm));
    (void)json_object_set_new(o, "dropout", json_number(options->dropout));
    (void)json_object_set_new(o, "skip", count(options->skip));
    return o;
}

static json_t *net_json(const train_job *j)
{
    const crs_net *net = j->model.net;
    json_t *o = json_object(), *widths = json_array(), *layers = json_array();
    char init[64];
    for (size_t l = 0; l <= crs_net_layers(net); l++)
        (void)json_array_append_new(widths, count(crs_net_width(net, l)));
    for (size_t l = 1; l <= crs_net_layers(net); l++)
        (void)json_array_append_new(layers, layer_json(j, l));
    crs_init_format(&j->init, init, sizeof init);
    (void)json_object_set_new(o, "widths", widths);
    (void)json_object_set_new(o, "layers", layers);
    (void)json_object_set_new(o, "params", count(crs_net_n_params(net)));
    (void)json_object_set_new(o, "loss", json_text(crs_loss_name(crs_net_loss(net))));
    (void)json_object_set_new(o, "label_smoothing", json_number(crs_net_label_smoothing(net)));
    (void)json_object_set_new(o, "init", json_text(init));
    (void)json_object_set_new(o, "dtype", json_text(crs_dtype_name(crs_net_dtype(net))));
    return o;
}

static json_t *training_json(const train_job *j)
{
    const crs_fit_config *c = &j->config;
    char optim[200], schedule[200];
    json_t *o = json_object();
    crs_optim_format(&c->optim, optim, sizeof optim);
    crs_schedule_format(&c->schedule, schedule, sizeof schedule);
    (void)json_object_set_new(o, "optimizer", json_text(optim));
    (void)json_object_set_new(o, "lr", json_number(c->lr > 0 ? c->lr : c->optim.lr));
    (void)json_object_set_new(o, "schedule", json_text(schedule));
    (void)json_object_set_new(o, "epochs", count(c->epochs));
    (void)json_object_set_new(o, "batch", count(c->batch));
    (void)json_object_set_new(o, "seed", count(c->seed));
    (void)json_object_set_new(o, "shuffle", json_boolean(c->shuffle));
    (void)json_object_set_new(o, "l1", json_number(c->l1));
    (void)json_object_set_new(o, "l2", json_number(c->l2));
    (void)json_object_set_new(o, "max_norm", json_number(c->max_norm));
    (void)json_object_set_new(o, "clip", json_number(c->clip));
    (void)json_object_set_new(o, "patience", count(c->patience));
    (void)json_object_set_new(o, "shift", count(j->shift.most));
    return o;
}

json_t *train_settings_json(const train_job *j)
{
    json_t *o = json_object();
    if (o == NULL)
        return NULL;
    (void)json_object_set_new(o, "crease", json_text(crs_version()));
    (void)json_object_set_new(o, "command", json_text(j->command));
    (void)json_object_set_new(o, "data", data_json(j));
    (void)json_object_set_new(o, "net", net_json(j));
    (void)json_object_set_new(o, "training", training_json(j));
    return o;
}

json_t *train_json(const train_job *j)
{
    size_t n, best = crs_fit_best(j->fit);
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    json_t *o = train_settings_json(j);
    if (o == NULL)
        return NULL;
    (void)json_object_set_new(o, "threads", count((size_t)crs_executor_workers(&j->executor)));
    (void)json_object_set_new(o, "seconds", json_number(j->seconds));
    (void)json_object_set_new(o, "end", json_text(crs_fit_end_text(crs_fit_ended(j->fit))));
    (void)json_object_set_new(
        o, "best_epoch", best < n ? json_integer((json_int_t)records[best].epoch) : json_null());
    (void)json_object_set_new(o, "history", train_history_json(j));
    (void)json_object_set_new(o, "measured_on", json_text(j->measured_on));
    (void)json_object_set_new(o, "metrics", metrics_json(&j->measured, train_metric_names(j)));
    (void)json_object_set_new(o, "model", json_text(j->v.output));
    (void)json_object_set_new(o, "run", json_text(j->folder));
    return o;
}
