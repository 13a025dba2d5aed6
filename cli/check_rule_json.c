/* crease check rule: the result as JSON. */
#include "check_rule.h"
#include "json.h"

static json_t *count(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *kinks_json(const crs_rulecheck *check)
{
    json_t *kinks = json_array();
    for (size_t k = 0; k < check->n_kinks; k++) {
        const crs_rulecheck_kink *kink = &check->kink[k];
        (void)json_array_append_new(
            kinks, json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "z", json_number(kink->z), "left",
                             json_number(kink->left), "right", json_number(kink->right), "value",
                             json_number(kink->value), "value_minus_zero",
                             json_number(kink->value_minus_zero), "inside", kink->inside));
    }
    return kinks;
}

static json_t *regions_json(const crs_rulecheck *check)
{
    json_t *regions = json_array();
    for (int region = 0; region < CRS_REGION_COUNT; region++)
        (void)json_array_append_new(
            regions, json_pack("{s:s, s:o, s:o}", "z", crs_region_name((crs_region)region),
                               "tested", count(check->region_tested[region]), "wrong",
                               count(check->region_wrong[region])));
    return regions;
}

static json_t *first_wrong_json(const crs_rulecheck *check)
{
    if (!check->has_first_wrong)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "z", json_number(check->first_wrong.z), "a",
                     json_number(check->first_wrong.a), "rule",
                     json_number(check->first_wrong.rule), "expected",
                     json_number(check->first_wrong.expected));
}

static json_t *same_as_json(const crs_rulecheck *check)
{
    json_t *same = json_array();
    for (size_t k = 0; k < check->n_same_as; k++)
        (void)json_array_append_new(same, json_text(check->same_as[k]));
    return same;
}

/* null where every input was tried. */
static json_t *sampled_json(const rule_check *c, const crs_rulecheck *check)
{
    json_t *sampled;
    if (check->dtype == CRS_F32)
        return json_null();
    sampled = json_object();
    for (int kind = 0; kind < CRS_SAMPLE_COUNT; kind++)
        (void)json_object_set_new(sampled, crs_sample_name((crs_sample)kind),
                                  count(check->sampled[kind]));
    (void)json_object_set_new(sampled, "seed", count(c->seed));
    return sampled;
}

static json_t *one_json(const rule_check *c, const crs_rulecheck *check)
{
    char act[64];
    crs_act_format(c->act, act, sizeof act);
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:f}",
        "act", act, "dtype", crs_dtype_name(check->dtype), "rule", json_text(check->rule),
        "read_as", json_text(check->read_as), "verdict", crs_verdict_name(check->verdict), "tested",
        count(check->tested), "sampled", sampled_json(c, check), "wrong", count(check->wrong),
        "nan_inputs", count(check->nan_inputs), "not_decided", count(check->not_decided),
        "not_linear", count(check->not_linear), "regions", regions_json(check), "kinks",
        kinks_json(check), "first_wrong", first_wrong_json(check), "same_as", same_as_json(check),
        "explanation", json_text(check->explanation), "seconds", c->seconds);
}

json_t *check_rule_json(const rule_check *c)
{
    json_t *checks;
    if (c->n == 1)
        return one_json(c, &c->checks[0]);
    checks = json_array();
    for (size_t i = 0; i < c->n; i++)
        (void)json_array_append_new(checks, one_json(c, &c->checks[i]));
    return json_pack("{s:o, s:f}", "checks", checks, "seconds", c->seconds);
}
