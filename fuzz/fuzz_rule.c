/*
 * Any text is read as a rule or refused with a place. What was read is read again from its own
 * canonical text, which is printed the same and has the same values; short ones are swept over
 * some inputs beside the activation that the first byte chooses.
 */
#include <crease/rule.h>
#include <crease/rulecheck.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define N_INPUTS 10

/* NaN counts as equal to NaN, whatever its bits. */
static void must_agree(const crs_rule *rule, const crs_rule *again)
{
    const double z[N_INPUTS] = {-1, -0.0, 0, 1e-310, 2, NAN, INFINITY, -INFINITY, 1e300, -0.5};
    double a[N_INPUTS], upstream[N_INPUTS], x[N_INPUTS], y[N_INPUTS];
    float zf[N_INPUTS], af[N_INPUTS], uf[N_INPUTS], xf[N_INPUTS], yf[N_INPUTS];
    for (size_t i = 0; i < N_INPUTS; i++) {
        a[i] = z[i] > 0 ? z[i] : 0;
        upstream[i] = i % 3 == 0 ? -3 : 1;
        zf[i] = (float)(fabs(z[i]) < 1e300 || isinf(z[i]) ? z[i] : 1e30);
        af[i] = zf[i] > 0 ? zf[i] : 0;
        uf[i] = (float)upstream[i];
    }
    crs_rule_eval_f64(rule, N_INPUTS, z, a, upstream, x);
    crs_rule_eval_f64(again, N_INPUTS, z, a, upstream, y);
    crs_rule_eval_f32(rule, N_INPUTS, zf, af, uf, xf);
    crs_rule_eval_f32(again, N_INPUTS, zf, af, uf, yf);
    for (size_t i = 0; i < N_INPUTS; i++) {
        must((isnan(x[i]) && isnan(y[i])) || memcmp(&x[i], &y[i], sizeof x[i]) == 0);
        must((isnan(xf[i]) && isnan(yf[i])) || memcmp(&xf[i], &yf[i], sizeof xf[i]) == 0);
    }
}

/* A sweep is stopped at its first report: long enough to run every part of it. */
static int stop(void *ctx, double done)
{
    (void)ctx;
    (void)done;
    return 1;
}

static void sweep(const crs_rule *rule, unsigned which)
{
    crs_rulecheck check;
    crs_error err;
    crs_act act;
    crs_status status;
    crs_act_get((crs_act_id)(which % CRS_ACT_COUNT), &act);
    status = crs_rulecheck_run(1, &rule, &act, NULL, stop, NULL, &err, &check);
    must(status == CRS_ECANCELED);
    fuzz_check_error(&err, status, 0);
    fuzz_check_zero(&check, sizeof check);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    unsigned which = fuzz_byte(&in);
    char *text = fuzz_text(&in);
    crs_rule *rule, *again;
    crs_error err;
    crs_status status = crs_rule_parse(text, &err, &rule);
    if (status == CRS_OK) {
        fuzz_check_line(crs_rule_read_as(rule));
        must(strcmp(crs_rule_text(rule), text) == 0);
        must(crs_rule_parse(crs_rule_read_as(rule), &err, &again) == CRS_OK);
        must(strcmp(crs_rule_read_as(rule), crs_rule_read_as(again)) == 0);
        must(crs_rule_is_linear(rule) == crs_rule_is_linear(again));
        must_agree(rule, again);
        if (which >= 240)
            sweep(rule, which);
        crs_rule_destroy(again);
        crs_rule_destroy(rule);
    } else {
        must(rule == NULL);
        fuzz_check_error(&err, status, strlen(text));
    }
    free(text);
    return 0;
}
