/* crease check net: the table and what was found, in words. */
#include "check_net.h"

#include "prose.h"
#include "say.h"

#include <crease/format.h>

#include <stdio.h>

void net_check_count(const net_check *c, size_t l, size_t counts[CRS_GRADCHECK_VERDICTS])
{
    size_t from = crs_net_weight_at(c->net, l);
    size_t end = crs_net_bias_at(c->net, l) + crs_net_width(c->net, l);
    for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++)
        counts[v] = 0;
    for (size_t i = from; i < end; i++)
        counts[c->result->params[i].verdict]++;
}

void net_check_param(const net_check *c, size_t i, char *text, size_t size)
{
    size_t l = crs_net_layers(c->net), at, n_in;
    while (l > 1 && i < crs_net_weight_at(c->net, l))
        l--;
    at = i - crs_net_weight_at(c->net, l);
    n_in = crs_net_width(c->net, l - 1);
    if (i >= crs_net_bias_at(c->net, l))
        (void)snprintf(text, size, "db%zu[%zu]", l, i - crs_net_bias_at(c->net, l));
    else
        (void)snprintf(text, size, "dW%zu[%zu, %zu]", l, at / n_in, at % n_in);
}

static void print_setting(const net_check *c)
{
    char text[1024], count[CRS_FORMAT_COUNT_BYTES];
    size_t at = 0;
    crs_format_count(c->samples, count, sizeof count);
    at += (size_t)snprintf(text, sizeof text, "%s: %s sample%s with %zu features. Net ",
                           c->data->name, count, c->samples == 1 ? "" : "s", c->data->n_features);
    for (size_t l = 0; l <= crs_net_layers(c->net) && at < sizeof text; l++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%zu", l == 0 ? "" : "-",
                               crs_net_width(c->net, l));
    crs_format_count(c->iterations, count, sizeof count);
    if (at < sizeof text)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s, loss %s, ",
                               c->acts[0] == '\0' ? "" : ", ", c->acts,
                               crs_loss_name(crs_net_loss(c->net)));
    if (at < sizeof text && c->model != NULL)
        at += (size_t)snprintf(text + at, sizeof text - at, "from %s, %s", c->model,
                               crs_dtype_name(crs_net_dtype(c->net)));
    else if (at < sizeof text)
        at += (size_t)snprintf(text + at, sizeof text - at, "init %s (seed %u), %s", c->init,
                               c->seed, crs_dtype_name(crs_net_dtype(c->net)));
    if (at < sizeof text && (c->model == NULL || c->iterations > 0))
        at += (size_t)snprintf(text + at, sizeof text - at, ", after %s%s iteration%s", count,
                               c->model != NULL ? " more" : "", c->iterations == 1 ? "" : "s");
    if (at + 1 < sizeof text)
        (void)snprintf(text + at, sizeof text - at, ".");
    prose_print(text, 0);
    if (c->rule != NULL)
        say("backward's rule, read as: %s\n", crs_rule_read_as(c->rule));
}

static void print_row(const char *name, size_t n, const size_t counts[CRS_GRADCHECK_VERDICTS])
{
    char cell[CRS_FORMAT_COUNT_BYTES];
    crs_format_count(n, cell, sizeof cell);
    say("  %-5s %12s", name, cell);
    for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++) {
        crs_format_count(counts[v], cell, sizeof cell);
        say("%13s", cell);
    }
    (void)putchar('\n');
}

static void print_table(const net_check *c)
{
    say("\n  %-5s %12s", "layer", "derivatives");
    for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++)
        say("%13s", crs_gradcheck_verdict_name((crs_gradcheck_verdict)v));
    (void)putchar('\n');
    for (size_t l = 1; l <= crs_net_layers(c->net); l++) {
        size_t counts[CRS_GRADCHECK_VERDICTS], n = 0;
        char name[24];
        net_check_count(c, l, counts);
        for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++)
            n += counts[v];
        (void)snprintf(name, sizeof name, "%zu", l);
        print_row(name, n, counts);
    }
    print_row("all", c->result->n, c->result->counts);
    (void)putchar('\n');
}

static void print_confirmed(const net_check *c)
{
    char confirmed[CRS_FORMAT_COUNT_BYTES], open[CRS_FORMAT_COUNT_BYTES], text[512];
    const crs_gradcheck *r = c->result;
    if (r->cross_checked + r->cross_open == 0)
        return;
    crs_format_count(r->cross_checked, confirmed, sizeof confirmed);
    crs_format_count(r->cross_open, open, sizeof open);
    (void)snprintf(
        text, sizeof text,
        "What is right was computed for each of them. For %s, drawn at random (seed %u), "
        "differences of the cost over steps that cross no crease confirm it.",
        confirmed, c->seed);
    prose_print(text, 0);
    if (r->cross_open > 0) {
        (void)snprintf(
            text, sizeof text,
            "For %s more no difference could tell: a crease is too near, or the derivative "
            "too small.",
            open);
        prose_print(text, 0);
    }
}

void net_check_print_text(const net_check *c)
{
    const crs_gradcheck *r = c->result;
    print_setting(c);
    print_table(c);
    prose_print(r->explanation, 0);
    if (c->rule != NULL && !r->passed)
        say("More about the rule itself: crease check rule '%s'\n", crs_rule_text(c->rule));
    print_confirmed(c);
    if (r->n_weak == 0)
        return;
    (void)puts("\nWhat this check could not have seen:");
    for (size_t i = 0; i < r->n_weak; i++) {
        char text[300];
        (void)snprintf(text, sizeof text, "- %s.", r->weak[i].text);
        prose_print(text, 2);
    }
}
