/* crease check grads: the result as JSON. */
#include "check_grads.h"
#include "json.h"

#include <math.h>

static json_t *count(size_t n)
{
    return json_integer((json_int_t)n);
}

/* Text that is empty where there is none. */
static json_t *text_or_null(const char *text)
{
    return text[0] == '\0' ? json_null() : json_text(text);
}

/* ---- arrays ---------------------------------------------------------------------------- */

static json_t *counts(size_t n, const size_t *values)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, count(values[i]));
    return list;
}

static json_t *worst_json(const crs_diagnosis_array *array)
{
    if (array->n_wrong == 0)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "index", counts(array->n_index, array->index), "given",
                     json_number(array->given), "computed", json_number(array->computed));
}

static json_t *array_json(const crs_diagnosis_array *array)
{
    int is_compared =
        array->verdict != CRS_ARRAY_NOT_GIVEN && array->verdict != CRS_ARRAY_UNDECIDED;
    return json_pack(
        "{s:o, s:o, s:s, s:o, s:b, s:o, s:o, s:o, s:o}", "name", json_text(array->name), "layer",
        count(array->layer), "verdict", crs_array_verdict_name(array->verdict), "error",
        is_compared ? json_number(array->error) : json_null(), "given_upstream",
        array->given_upstream, "wrong", count(array->n_wrong), "elements", count(array->n), "worst",
        worst_json(array), "reason", text_or_null(array->reason));
}

static json_t *arrays_json(const crs_diagnosis *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->n_arrays; i++)
        (void)json_array_append_new(list, array_json(&found->arrays[i]));
    return list;
}

/* ---- bugs -------------------------------------------------------------------------------- */

static json_t *counterexample_json(const crs_diagnosis_bug *bug)
{
    if (!bug->has_counterexample)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "text", json_text(bug->counterexample.text),
        "unit", count(bug->counterexample.unit), "sample", count(bug->counterexample.sample), "z",
        json_number(bug->counterexample.z), "a", json_number(bug->counterexample.a), "upstream",
        json_number(bug->counterexample.upstream), "given", json_number(bug->counterexample.given),
        "right", json_number(bug->counterexample.right));
}

static json_t *also_json(const crs_diagnosis_bug *bug)
{
    json_t *list = json_array();
    for (size_t i = 0; i < bug->n_also; i++)
        (void)json_array_append_new(list, json_pack("{s:o, s:o}", "id", json_text(bug->also[i].id),
                                                    "why", json_text(bug->also[i].why)));
    return list;
}

static json_t *bug_json(const crs_diagnosis_bug *bug)
{
    json_t *layers = bug->n_layers > 0 ? counts(bug->n_layers, bug->layers)
                                       : counts(bug->layer > 0, &bug->layer);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", json_text(bug->id),
                     "array", json_text(bug->array), "layer", count(bug->layer), "layers", layers,
                     "sentence", json_text(bug->sentence), "explains", json_number(bug->explains),
                     "line", text_or_null(bug->line), "counterexample", counterexample_json(bug),
                     "also_possible", also_json(bug));
}

static json_t *bugs_json(const crs_diagnosis *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->n_bugs; i++)
        (void)json_array_append_new(list, bug_json(&found->bugs[i]));
    return list;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static json_t *acts_json(const crs_diagnosis *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i + 1 < found->n_layers; i++) {
        char name[64];
        crs_act_format(&found->acts[i], name, sizeof name);
        (void)json_array_append_new(list, json_pack("{s:o, s:b}", "act", json_text(name), "assumed",
                                                    found->act_assumed[i]));
    }
    return list;
}

static json_t *findings_json(const crs_diagnosis *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->n_findings; i++)
        (void)json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id",
                                                    json_text(found->findings[i].id), "layer",
                                                    count(found->findings[i].layer), "sentence",
                                                    json_text(found->findings[i].sentence)));
    return list;
}

static json_t *unused_json(const grads_check *c)
{
    const crs_diagnosis *found = c->found;
    json_t *list = json_array();
    for (size_t i = 0; i < found->n_unused; i++)
        (void)json_array_append_new(
            list, json_pack("{s:o, s:o}", "name", json_text(found->unused[i]), "did_you_mean",
                            json_text(check_grads_suggest(c, found->unused[i]))));
    return list;
}

json_t *check_grads_json(const grads_check *c, const char *report_path)
{
    const crs_diagnosis *found = c->found;
    int has_bug = found->n_bugs > 0;
    size_t n_widths = found->n_layers > 0 ? found->n_layers + 1 : 0;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:f, s:o}",
        "file", json_text(c->arrays->name), "read_as", json_text(found->read_as), "layers",
        counts(n_widths, found->widths), "n_samples", count(found->n_samples), "samples",
        crs_samples_name(found->samples), "acts", acts_json(found), "output",
        crs_output_name(found->output), "loss", crs_cost_name(found->cost), "loss_assumed",
        found->cost_assumed, "arrays", arrays_json(found), "bug",
        has_bug ? bug_json(&found->bugs[0]) : json_null(), "counterexample",
        has_bug ? counterexample_json(&found->bugs[0]) : json_null(), "also_possible",
        has_bug ? also_json(&found->bugs[0]) : json_array(), "bugs", bugs_json(found), "findings",
        findings_json(found), "unused", unused_json(c), "skipped", json_text(c->arrays->skipped),
        "report", json_text(report_path), "seconds", c->seconds, "command", json_text(c->command));
}
