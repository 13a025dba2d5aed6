/* crease compare: presets, defaults, and the rules people write. */
#include "compare.h"
#include "message.h"
#include "options.h"
#include "suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole experiment; row 0 is what runs without a preset. */
static const struct {
    const char *name;
    const char *hidden, *init;
    double lr;
    size_t iterations, every;
    uint32_t seed;
    const char *data; /* NULL: must be given */
} presets[] = {
    {NULL, "50", "small", 0.1, 5000, 1000, 2, "planar"},
    {"thread", "4", "small", 1.2, 10000, 1000, 2, "planar"},
    {"cats", "20,7,5", "lecun", 0.0075, 2500, 100, 1, NULL},
    {"cats2", "7", "small", 0.0075, 2500, 100, 1, NULL},
};

#define N_PRESETS (sizeof presets / sizeof presets[0])

const char *compare_preset_help(void)
{
    return "Presets, each of which any option overrides:\n"
           "  thread  2-4-1 on planar, lr 1.2, 10,000 iterations, init seed 2\n"
           "  cats    12288-20-7-5-1, lr 0.0075, 2,500 iterations, init lecun, seed 1;\n"
           "          with --data train_catvnoncat.h5 --test test_catvnoncat.h5\n"
           "  cats2   12288-7-1, the same with init small\n"
           "Without one: 2-50-1 on planar, lr 0.1, 5,000 iterations, init seed 2.\n"
           "Rules are read as they stand in notebooks: 'A > 0', 'dZ = dA * (Z > 0)',\n"
           "'np.where(Z > 0, 1, 0)', 'dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0', ...";
}

void compare_settings_init(compare_settings *s)
{
    memset(s, 0, sizeof *s);
    s->lr = s->kink = NAN;
    s->iterations = s->every = s->batch = COUNT_NOT_GIVEN;
}

static exit_status find_preset(const char *name, size_t *out)
{
    suggestion s;
    *out = 0;
    if (name == NULL)
        return EXIT_DONE;
    suggest_begin(&s, name);
    for (size_t i = 1; i < N_PRESETS; i++) {
        if (strcmp(name, presets[i].name) == 0) {
            *out = i;
            return EXIT_DONE;
        }
        suggest_consider(&s, presets[i].name);
    }
    if (s.best != NULL)
        return fail(EXIT_INPUT, COMPARE_NAME, "no preset '%s', did you mean '%s'?", name, s.best);
    return fail(EXIT_INPUT, COMPARE_NAME, "no preset '%s': expected thread, cats or cats2", name);
}

exit_status compare_settings_fill(compare_settings *s, uint32_t *seed, int seed_given)
{
    size_t p;
    exit_status status = find_preset(s->preset, &p);
    if (status != EXIT_DONE)
        return status;
    if (s->data == NULL && presets[p].data == NULL)
        return fail(EXIT_INPUT, COMPARE_NAME,
                    "preset %s needs the pictures: --data train_catvnoncat.h5 --test "
                    "test_catvnoncat.h5",
                    s->preset);
    s->hidden = s->hidden != NULL ? s->hidden : presets[p].hidden;
    s->init = s->init != NULL ? s->init : presets[p].init;
    s->act = s->act != NULL ? s->act : "relu";
    s->dtype = s->dtype != NULL ? s->dtype : "f64";
    s->data = s->data != NULL ? s->data : presets[p].data;
    s->lr = isnan(s->lr) ? presets[p].lr : s->lr;
    s->iterations = s->iterations == COUNT_NOT_GIVEN ? presets[p].iterations : s->iterations;
    s->every = s->every == COUNT_NOT_GIVEN ? presets[p].every : s->every;
    s->batch = s->batch == COUNT_NOT_GIVEN ? 0 : s->batch;
    if (!seed_given)
        *seed = presets[p].seed;
    return EXIT_DONE;
}

exit_status compare_read_hidden(const char *command, const char *text, size_t max, size_t *widths,
                                size_t *n)
{
    const char *at = text;
    *n = 0;
    for (;;) {
        char *end;
        unsigned long width = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : 0;
        if (width == 0 || width > 1000000 || (*end != ',' && *end != '\0'))
            return fail(EXIT_INPUT, command, "--hidden '%s': expected widths such as 50 or 20,7,5",
                        text);
        if (*n == max)
            return fail(EXIT_INPUT, command, "--hidden '%s': more than %zu layers", text, max);
        widths[(*n)++] = width;
        if (*end == '\0')
            return EXIT_DONE;
        at = end + 1;
    }
}

/* What stands in notebooks for the derivative of an activation, and is something else. */
static const struct {
    crs_act_id id;
    const char *rules[3];
} wrong_rules[] = {
    {CRS_ACT_RELU, {"A >= 0"}},         {CRS_ACT_LEAKY_RELU, {"Z > 0"}},
    {CRS_ACT_RELU6, {"A > 0"}},         {CRS_ACT_HARDTANH, {"1 - A**2"}},
    {CRS_ACT_ABS, {"Z > 0"}},           {CRS_ACT_HARD_SIGMOID, {"A * (1 - A)"}},
    {CRS_ACT_HARD_SWISH, {"A > 0"}},    {CRS_ACT_ELU, {"Z > 0"}},
    {CRS_ACT_SELU, {"Z > 0"}},          {CRS_ACT_SOFTPLUS, {"A * (1 - A)"}},
    {CRS_ACT_SIGMOID, {"Z * (1 - Z)"}}, {CRS_ACT_TANH, {"1 - Z**2"}},
    {CRS_ACT_GELU, {"Z > 0"}},          {CRS_ACT_GELU_TANH, {"Z > 0"}},
    {CRS_ACT_SILU, {"A * (1 - A)"}},    {CRS_ACT_MISH, {"Z > 0"}},
};

size_t compare_default_rules(const crs_act *act, const char *rules[COMPARE_MAX_RULES], char *buffer,
                             size_t size)
{
    size_t n = 0;
    if (act->id == CRS_ACT_RELU) { /* the discussion crease comes from, in its order */
        rules[n++] = "A > 0";
        rules[n++] = "A >= 0";
        rules[n++] = "Z > 0";
        rules[n++] = "Z >= 0";
        return n;
    }
    crs_act_format_rule(act, buffer, size);
    rules[n++] = buffer;
    for (size_t i = 0; i < sizeof wrong_rules / sizeof wrong_rules[0]; i++) {
        for (size_t k = 0; wrong_rules[i].id == act->id && k < 3 && wrong_rules[i].rules[k]; k++)
            rules[n++] = wrong_rules[i].rules[k];
    }
    return n;
}
