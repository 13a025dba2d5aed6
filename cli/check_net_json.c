/* crease check net: the result as JSON. */
#include "check_net.h"
#include "json.h"

static json_t *counts_json(const size_t counts[CRS_GRADCHECK_VERDICTS])
{
    json_t *object = json_object();
    for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++)
        (void)json_object_set_new(object, crs_gradcheck_verdict_name((crs_gradcheck_verdict)v),
                                  json_integer((json_int_t)counts[v]));
    return object;
}

static json_t *layers_json(const net_check *c)
{
    json_t *layers = json_array();
    for (size_t l = 1; l <= crs_net_layers(c->net); l++) {
        size_t counts[CRS_GRADCHECK_VERDICTS];
        net_check_count(c, l, counts);
        (void)json_array_append_new(layers, json_pack("{s:I, s:o}", "layer", (json_int_t)l,
                                                      "verdicts", counts_json(counts)));
    }
    return layers;
}

static json_t *undecided_json(const net_check *c)
{
    json_t *reasons = json_object();
    for (int reason = 1; reason < CRS_GRADCHECK_REASONS; reason++) {
        json_int_t count = 0;
        for (size_t i = 0; i < c->result->n; i++)
            count += c->result->params[i].verdict == CRS_GRADCHECK_UNDECIDED &&
                     c->result->params[i].reason == (crs_gradcheck_reason)reason;
        if (count > 0)
            (void)json_object_set_new(reasons,
                                      crs_gradcheck_reason_text((crs_gradcheck_reason)reason),
                                      json_integer(count));
    }
    return reasons;
}

static json_t *worst_json(const net_check *c)
{
    const crs_gradcheck_param *param = &c->result->params[c->result->worst];
    char name[64];
    if (!c->result->has_worst)
        return json_null();
    net_check_param(c, c->result->worst, name, sizeof name);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "param", name, "verdict",
                     crs_gradcheck_verdict_name(param->verdict), "claimed",
                     json_number(param->claimed), "right", json_number(param->right), "from_left",
                     json_number(param->from_left), "from_right", json_number(param->from_right),
                     "tolerance", json_number(param->tolerance));
}

static json_t *place_json(const crs_gradcheck_place *place)
{
    if (!place->found)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "layer",
                     (json_int_t)place->layer, "unit", (json_int_t)place->unit, "sample",
                     (json_int_t)place->sample, "z", json_number(place->z), "a",
                     json_number(place->a), "upstream", json_number(place->upstream), "dz",
                     json_number(place->given), "right", json_number(place->right), "rule",
                     json_number(place->rule), "slope", json_number(place->slope), "count",
                     (json_int_t)place->count);
}

static json_t *weak_json(const crs_gradcheck *result)
{
    json_t *weak = json_array();
    for (size_t i = 0; i < result->n_weak; i++)
        (void)json_array_append_new(
            weak, json_pack("{s:s, s:I, s:I, s:s}", "kind",
                            crs_gradcheck_weakness_name(result->weak[i].kind), "layer",
                            (json_int_t)result->weak[i].layer, "count",
                            (json_int_t)result->weak[i].count, "text", result->weak[i].text));
    return weak;
}

exit_status net_check_print_json(const net_check *c)
{
    const crs_gradcheck *r = c->result;
    json_t *widths = json_array(), *data;
    for (size_t l = 0; l <= crs_net_layers(c->net); l++)
        (void)json_array_append_new(widths, json_integer((json_int_t)crs_net_width(c->net, l)));
    data = json_pack("{s:o, s:I, s:I}", "name", json_text(c->data->name), "samples",
                     (json_int_t)c->samples, "features", (json_int_t)c->data->n_features);
    return json_print(
        CHECK_NET_NAME,
        json_pack(
            "{s:o, s:o, s:o, s:s, s:s, s:o, s:I, s:s, s:I, s:f, s:o, s:o, s:b, s:I, s:o, s:o, s:o, "
            "s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:s, s:i, s:f}",
            "model", json_text(c->model), "data", data, "layers", widths, "act", c->acts, "loss",
            crs_loss_name(crs_net_loss(c->net)), "init",
            json_text(c->model == NULL ? c->init : NULL), "seed", (json_int_t)c->seed, "dtype",
            crs_dtype_name(crs_net_dtype(c->net)), "iterations", (json_int_t)c->iterations, "lr",
            c->lr, "rule", json_text(c->rule == NULL ? NULL : crs_rule_text(c->rule)), "read_as",
            json_text(c->rule == NULL ? NULL : crs_rule_read_as(c->rule)), "passed", r->passed,
            "derivatives", (json_int_t)r->n, "verdicts", counts_json(r->counts), "by_layer",
            layers_json(c), "undecided", undecided_json(c), "kink_hits", (json_int_t)r->kink_hits,
            "not_as_stated", (json_int_t)r->not_as_stated, "confirmed",
            (json_int_t)r->cross_checked, "not_confirmed", (json_int_t)r->cross_open, "worst",
            worst_json(c), "place", place_json(&r->place), "weak", weak_json(r), "explanation",
            r->explanation, "threads", c->threads, "seconds", c->seconds));
}
