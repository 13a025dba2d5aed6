/* crease compare: the result as JSON. */
#include "compare.h"
#include "json.h"

static json_t *costs_json(const crs_compare_entry *entry)
{
    json_t *costs = json_array();
    for (size_t i = 0; i < entry->n_costs; i++)
        (void)json_array_append_new(costs, json_pack("[I, o]", (json_int_t)entry->cost_at[i],
                                                     json_number(entry->costs[i])));
    return costs;
}

static json_t *kink_hit_json(const crs_compare_entry *entry)
{
    const crs_kink_hit *hit = &entry->first_kink_hit;
    if (!entry->has_first_kink_hit)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I}", "iteration", (json_int_t)hit->iteration, "layer",
                     (json_int_t)hit->layer, "unit", (json_int_t)hit->unit, "count",
                     (json_int_t)hit->count);
}

static json_t *entry_json(const crs_compare_entry *entry)
{
    return json_pack(
        "{s:o, s:o, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:o, s:o, s:I}", "rule",
        json_text(entry->check.rule), "read_as", json_text(entry->check.read_as), "verdict",
        crs_verdict_name(entry->check.verdict), "wrong_inputs", (json_int_t)entry->check.wrong,
        "costs", costs_json(entry), "cost", json_number(entry->cost), "diverged_at",
        entry->has_diverged ? json_integer((json_int_t)entry->diverged_at) : json_null(),
        "accuracy", json_number(entry->accuracy), "test_accuracy",
        json_number(entry->test_accuracy), "kink_hits", (json_int_t)entry->kink_hits,
        "first_kink_hit", kink_hit_json(entry), "dead_units", (json_int_t)entry->dead_units,
        "gradient_cosine", json_number(entry->gradient_cosine), "boundary_r2",
        json_number(entry->boundary_r2), "identical_to", (json_int_t)entry->identical_to);
}

json_t *compare_json(const comparison *c, const char *report_path)
{
    const crs_compare_config *config = c->config;
    json_t *layers = json_array(), *runs = json_array(), *data;
    for (size_t l = 0; l <= c->result->n_layers; l++)
        (void)json_array_append_new(layers, json_integer((json_int_t)c->result->widths[l]));
    for (size_t i = 0; i < c->result->n_entries; i++)
        (void)json_array_append_new(runs, entry_json(&c->result->entries[i]));
    data = json_pack("{s:o, s:I, s:I, s:I}", "name", json_text(config->data->name), "samples",
                     (json_int_t)config->data->n_samples, "features",
                     (json_int_t)config->data->n_features, "test_samples",
                     (json_int_t)(config->test == NULL ? 0 : config->test->n_samples));
    return json_pack(
        "{s:o, s:o, s:s, s:s, s:f, s:I, s:I, s:I, s:s, s:s, s:o, s:i, s:f, s:o, s:o, s:o, s:o}",
        "data", data, "layers", layers, "act", c->act, "loss", crs_loss_name(c->result->loss), "lr",
        config->lr, "iterations", (json_int_t)config->iterations, "batch",
        (json_int_t)config->batch, "seed", (json_int_t)config->seed, "dtype",
        crs_dtype_name(config->dtype), "init", c->init, "preset", json_text(c->preset), "threads",
        c->threads, "seconds", c->seconds, "runs", runs, "explanation",
        json_text(c->result->explanation), "report", json_text(report_path), "command",
        json_text(c->command));
}
