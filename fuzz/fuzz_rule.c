/*
 * Any text is read as a rule or refused with a place. What was read is read again
 * from its own canonical text, to the same text, and can be evaluated.
 */
#include <crease/rule.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(int condition)
{
    if (!condition)
        abort();
}

static void evaluate(const crs_rule *rule)
{
    const double z[] = {-1, -0.0, 0, 1e-310, 2};
    const double a[] = {0, 0, 0, 1e-310, 2};
    const double upstream[] = {1, 1, 1, 1, 1};
    double out[5];
    crs_rule_eval_f64(rule, 5, z, a, upstream, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    crs_error err;
    crs_rule *rule;
    crs_rule *again;
    char *text = malloc(n + 1);
    must(text != NULL);
    memcpy(text, bytes, n);
    text[n] = '\0';
    if (crs_rule_parse(text, &err, &rule) == CRS_OK) {
        evaluate(rule);
        must(crs_rule_parse(crs_rule_read_as(rule), &err, &again) == CRS_OK);
        must(strcmp(crs_rule_read_as(rule), crs_rule_read_as(again)) == 0);
        crs_rule_destroy(again);
        crs_rule_destroy(rule);
    } else {
        must(rule == NULL);
        must(strchr(err.text, '\n') == NULL && err.text[0] != '\0');
        must(err.column <= n + 1);
    }
    free(text);
    return 0;
}
