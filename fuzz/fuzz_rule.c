/*
 * Any text is read as a rule or refused with a place. What was read is read again
 * from its own canonical text, to a rule with the same values.
 */
#include <crease/rule.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(int condition)
{
    if (!condition)
        abort();
}

/* NaN counts as equal to NaN, whatever its bits. */
static void must_agree(const crs_rule *rule, const crs_rule *again)
{
    const double z[] = {-1, -0.0, 0, 1e-310, 2, NAN};
    const double a[] = {0, 0, 0, 1e-310, 2, NAN};
    const double upstream[] = {1, 1, 1, 1, -3, 1};
    double x[6], y[6];
    crs_rule_eval_f64(rule, 6, z, a, upstream, x);
    crs_rule_eval_f64(again, 6, z, a, upstream, y);
    for (size_t i = 0; i < 6; i++)
        must((isnan(x[i]) && isnan(y[i])) || memcmp(&x[i], &y[i], sizeof x[i]) == 0);
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
        must(crs_rule_parse(crs_rule_read_as(rule), &err, &again) == CRS_OK);
        must_agree(rule, again);
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
