/* crease compare: the table and the explanation, in words. */
#include "compare.h"
#include "prose.h"
#include "say.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- what was run ----------------------------------------------------------------- */

void compare_setting(const comparison *c, char *text, size_t size)
{
    const crs_compare_config *config = c->config;
    char shape[256] = "", iterations[32], batch[64] = "full batch";
    size_t at = 0;
    for (size_t l = 0; l <= c->result->n_layers && at < sizeof shape; l++)
        at += (size_t)snprintf(shape + at, sizeof shape - at, "%s%zu", l == 0 ? "" : "-",
                               c->result->widths[l]);
    crs_format_count(config->iterations, iterations, sizeof iterations);
    if (config->batch > 0 && config->batch < config->data->n_samples)
        (void)snprintf(batch, sizeof batch, "batches of %zu", config->batch);
    (void)snprintf(text, size,
                   "%s: %zu samples with %zu features. Net %s, %s, loss %s, init %s (seed %u), %s, "
                   "lr %g, %s iterations, %s.",
                   config->data->name, config->data->n_samples, config->data->n_features, shape,
                   c->act, crs_loss_name(c->result->loss), c->init, (unsigned)config->seed,
                   crs_dtype_name(config->dtype), config->lr, iterations, batch);
}

void compare_verdict(const crs_compare_entry *entry, char *text, size_t size)
{
    char count[32];
    crs_format_count(entry->check.wrong, count, sizeof count);
    switch (entry->check.verdict) {
    case CRS_VERDICT_DERIVATIVE:
        (void)snprintf(text, size, "right: the derivative");
        break;
    case CRS_VERDICT_KINK_OUTSIDE:
        (void)snprintf(text, size, "right but at the kink");
        break;
    case CRS_VERDICT_WRONG:
        (void)snprintf(text, size, "wrong: %s inputs", count);
        break;
    case CRS_VERDICT_REPLACES_UPSTREAM:
        (void)snprintf(text, size, "wrong: replaces upstream");
        break;
    }
}

/* ---- the table ---------------------------------------------------------------------- */

typedef enum column {
    RULE,
    VERDICT,
    WRONG,
    COST,
    ACCURACY,
    TEST,
    KINKS,
    DEAD,
    COSINE,
    STRAIGHT,
    N_COLUMNS
} column;

static const struct {
    const char *heading, *explained;
} columns[N_COLUMNS] = {
    [RULE] = {"rule", NULL},
    [VERDICT] = {"verdict", NULL},
    [WRONG] = {"wrong at", "of all 4,294,967,296 float32 values of z, those away from a kink at "
                           "which the rule is not the derivative"},
    [COST] = {"cost", "mean loss of the trained net on the training data"},
    [ACCURACY] = {"accuracy",
                  "share of the training samples that the trained net classifies right"},
    [TEST] = {"test", "the same on the test samples"},
    [KINKS] = {"kink hits", "how often a z was exactly on a kink during training"},
    [DEAD] = {"dead", "hidden units that are off on every sample at the end"},
    [COSINE] = {"cosine", "of the angle between the rule's gradient and the right one, mean over "
                          "the run (1: same direction)"},
    [STRAIGHT] = {"R^2", "how much of the logit a straight line explains (1: a straight boundary)"},
};

const char *compare_heading(size_t i)
{
    return i < N_COLUMNS ? columns[i].heading : NULL;
}

const char *compare_heading_explained(size_t i)
{
    return columns[i].explained;
}

int compare_shows(const comparison *c, size_t i)
{
    int any = 0;
    for (size_t e = 0; e < c->result->n_entries; e++) {
        const crs_compare_entry *entry = &c->result->entries[e];
        any |= i == TEST       ? !isnan(entry->test_accuracy)
               : i == ACCURACY ? !isnan(entry->accuracy)
               : i == STRAIGHT ? !isnan(entry->boundary_r2)
                               : 1;
    }
    return any;
}

/* `unit` follows a number that is one. */
static void number(char *text, size_t size, int decimals, double value, const char *unit)
{
    if (isfinite(value))
        (void)snprintf(text, size, "%.*f%s", decimals, value, unit);
    else
        (void)snprintf(text, size, "%s", isnan(value) ? "nan" : "inf");
}

void compare_cell(const crs_compare_entry *entry, size_t i, char *text, size_t size)
{
    switch ((column)i) {
    case RULE:
        (void)snprintf(text, size, "%s", entry->check.rule);
        break;
    case VERDICT:
        (void)snprintf(text, size, "%s", crs_verdict_name(entry->check.verdict));
        break;
    case WRONG:
        crs_format_count(entry->check.wrong, text, size);
        break;
    case COST:
        number(text, size, 6, entry->cost, "");
        break;
    case ACCURACY:
        number(text, size, 2, 100 * entry->accuracy, " %");
        break;
    case TEST:
        number(text, size, 2, 100 * entry->test_accuracy, " %");
        break;
    case KINKS:
        crs_format_count(entry->kink_hits, text, size);
        break;
    case DEAD:
        (void)snprintf(text, size, "%zu", entry->dead_units);
        break;
    case COSINE:
        number(text, size, 3, entry->gradient_cosine, "");
        break;
    case STRAIGHT:
        number(text, size, 3, entry->boundary_r2, "");
        break;
    case N_COLUMNS:
        break;
    }
}

/* Longer rules are cut in the table; they stand whole below it. */
enum { RULE_WIDTH = 24, CELL = CRS_RULE_MAX_BYTES + 1 };

/* A cell as the terminal shows it: one line, not too wide. */
static void shown_cell(const crs_compare_entry *entry, size_t i, char *text, size_t size)
{
    compare_cell(entry, i, text, size);
    for (char *at = text; *at != '\0'; at++)
        *at = (unsigned char)*at < ' ' ? ' ' : *at;
    if (i == RULE && strlen(text) > RULE_WIDTH)
        (void)snprintf(text + RULE_WIDTH - 3, size - RULE_WIDTH + 3, "...");
}

static void print_row(const comparison *c, const crs_compare_entry *entry, const size_t *width)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        char text[CELL];
        if (!compare_shows(c, i))
            continue;
        if (entry == NULL)
            (void)snprintf(text, sizeof text, "%s", columns[i].heading);
        else
            shown_cell(entry, i, text, sizeof text);
        say(i <= VERDICT ? "%s%-*s" : "%s%*s", i == RULE ? "" : "  ", (int)width[i], text);
    }
    (void)putchar('\n');
}

static void print_legend(const comparison *c)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        char text[256];
        if (columns[i].explained == NULL || !compare_shows(c, i))
            continue;
        (void)snprintf(text, sizeof text, "  %-10s", columns[i].heading);
        say("%s", text);
        prose_print(columns[i].explained, 12);
    }
}

void compare_print_table(const comparison *c)
{
    size_t width[N_COLUMNS];
    char text[CELL];
    compare_setting(c, text, sizeof text);
    prose_print(text, 0);
    (void)putchar('\n');
    for (size_t i = 0; i < N_COLUMNS; i++) {
        width[i] = strlen(columns[i].heading);
        for (size_t e = 0; e < c->result->n_entries; e++) {
            shown_cell(&c->result->entries[e], i, text, sizeof text);
            width[i] = strlen(text) > width[i] ? strlen(text) : width[i];
        }
    }
    print_row(c, NULL, width);
    for (size_t e = 0; e < c->result->n_entries; e++)
        print_row(c, &c->result->entries[e], width);
    (void)putchar('\n');
    print_legend(c);
    (void)putchar('\n');
    for (size_t e = 0; e < c->result->n_entries; e++) {
        const crs_rulecheck *check = &c->result->entries[e].check;
        say("'%s' read as: %s\n", check->rule, check->read_as);
    }
    (void)putchar('\n');
}

void compare_print_explanation(const comparison *c)
{
    const char *at = c->result->explanation;
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        prose_print(at, 0);
        at += length + (at[length] == '\n');
        (void)putchar('\n');
    }
}
