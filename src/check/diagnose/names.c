/*
 * Names as notebooks have them, to nodes: "W1", "dZ2", "W1_new", "grads/W1", "fc1.weight.grad".
 *
 * A name is a word, perhaps a number and perhaps a suffix. Words in the case of the course win
 * over the same in lower case: with both A1 and a1 there, A1 is meant.
 */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* "AL", "dZL", "y_hat": of the last layer, whichever that is. */
#define LAST_LAYER SIZE_MAX

static const struct {
    const char *word;
    crs__kind kind;
    int lower; /* taken only where the other case is not there */
} words[] = {
    {"W", CRS__W, 0},         {"w", CRS__W, 1},           {"weight", CRS__W, 1},
    {"weights", CRS__W, 1},   {"b", CRS__B, 0},           {"B", CRS__B, 1},
    {"bias", CRS__B, 1},      {"biases", CRS__B, 1},      {"Z", CRS__Z, 0},
    {"z", CRS__Z, 1},         {"A", CRS__A, 0},           {"a", CRS__A, 1},
    {"D", CRS__D, 0},         {"mask", CRS__D, 1},        {"dW", CRS__DW, 0},
    {"dw", CRS__DW, 1},       {"gradW", CRS__DW, 1},      {"grad_W", CRS__DW, 1},
    {"db", CRS__DB, 0},       {"dB", CRS__DB, 1},         {"gradb", CRS__DB, 1},
    {"grad_b", CRS__DB, 1},   {"dZ", CRS__DZ, 0},         {"dz", CRS__DZ, 1},
    {"delta", CRS__DZ, 1},    {"dA", CRS__DA, 0},         {"da", CRS__DA, 1},
    {"gamma", CRS__GAMMA, 0}, {"dgamma", CRS__DGAMMA, 0}, {"dbeta", CRS__DBETA, 0},
    {"mu", CRS__MU, 0},       {"mean", CRS__MU, 1},       {"var", CRS__VAR, 0},
    {"sigma2", CRS__VAR, 1},  {"Zhat", CRS__ZHAT, 0},     {"zhat", CRS__ZHAT, 1},
    {"xhat", CRS__ZHAT, 1},   {"Z_norm", CRS__ZHAT, 1},   {"ZN", CRS__ZN, 0},
    {"zn", CRS__ZN, 1},       {"dZN", CRS__DZN, 0},       {"dzn", CRS__DZN, 1},
    {"vdW", CRS__VW_OLD, 0},  {"vdw", CRS__VW_OLD, 1},    {"vW", CRS__VW_OLD, 1},
    {"vdb", CRS__VB_OLD, 0},  {"vb", CRS__VB_OLD, 1},     {"sdW", CRS__SW_OLD, 0},
    {"sdw", CRS__SW_OLD, 1},  {"sW", CRS__SW_OLD, 1},     {"sdb", CRS__SB_OLD, 0},
    {"sb", CRS__SB_OLD, 1},
};

/* Names without a number. */
static const struct {
    const char *name;
    crs__kind kind;
    size_t layer;
    int lower;
} whole[] = {
    {"X", CRS__A, 0, 0},
    {"x", CRS__A, 0, 1},
    {"inputs", CRS__A, 0, 1},
    {"X_train", CRS__A, 0, 1},
    {"x_train", CRS__A, 0, 1},
    {"train_X", CRS__A, 0, 1},
    {"train_x", CRS__A, 0, 1},
    {"train_set_x", CRS__A, 0, 1},
    {"Y_train", CRS__Y, 0, 1},
    {"y_train", CRS__Y, 0, 1},
    {"train_Y", CRS__Y, 0, 1},
    {"train_y", CRS__Y, 0, 1},
    {"train_set_y", CRS__Y, 0, 1},
    {"Y", CRS__Y, 0, 0},
    {"y", CRS__Y, 0, 1},
    {"labels", CRS__Y, 0, 1},
    {"target", CRS__Y, 0, 1},
    {"targets", CRS__Y, 0, 1},
    {"y_true", CRS__Y, 0, 1},
    {"cost", CRS__COST, 0, 0},
    {"J", CRS__COST, 0, 1},
    {"loss", CRS__COST, 0, 1},
    {"dX", CRS__DA, 0, 0},
    {"dx", CRS__DA, 0, 1},
    {"AL", CRS__A, LAST_LAYER, 0},
    {"y_hat", CRS__A, LAST_LAYER, 1},
    {"yhat", CRS__A, LAST_LAYER, 1},
    {"Yhat", CRS__A, LAST_LAYER, 1},
    {"y_pred", CRS__A, LAST_LAYER, 1},
    {"ZL", CRS__Z, LAST_LAYER, 0},
    {"dAL", CRS__DA, LAST_LAYER, 0},
    {"dZL", CRS__DZ, LAST_LAYER, 0},
};

/* What a name may say. */
typedef struct reading {
    crs__kind kind;
    size_t layer;
    int lower;
    int numbered; /* has a number, or needs none */
    int module;   /* "fc1.weight" */
} reading;

/* ---- single numbers ---- */

/* The field of a name that is a setting, or NULL. */
static double *setting_of(crs__case *c, const char *name)
{
    static const char *const rates[] = {"lr", "learning_rate", "alpha", "eta"};
    static const char *const lambdas[] = {"lambd", "lambda", "lambda_", "lam", "reg", "l2"};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (strcmp(name, rates[i]) == 0)
            return &c->lr;
    }
    for (size_t i = 0; i < sizeof lambdas / sizeof *lambdas; i++) {
        if (strcmp(name, lambdas[i]) == 0)
            return &c->lambd;
    }
    if (strcmp(name, "beta") == 0 || strcmp(name, "momentum") == 0)
        return &c->momentum;
    if (strcmp(name, "beta1") == 0)
        return &c->beta1;
    if (strcmp(name, "beta2") == 0)
        return &c->beta2;
    if (strcmp(name, "epsilon") == 0 || strcmp(name, "eps") == 0)
        return &c->epsilon;
    if (strcmp(name, "t") == 0)
        return &c->t;
    return NULL;
}

/* "keep_prob" for all layers, "keep_prob2" for one. */
static int take_keep_prob(crs__case *c, const crs_array *array)
{
    const char *rest;
    size_t layer = 0;
    if (array->n != 1 || strncmp(array->name, "keep_prob", 9) != 0)
        return 0;
    rest = array->name + 9;
    if (*rest == '\0') {
        for (size_t l = 1; l <= CRS__LAYERS; l++)
            c->keep_prob[l] = array->values[0];
        return 1;
    }
    while (isdigit((unsigned char)*rest) && layer <= CRS__LAYERS)
        layer = 10 * layer + (size_t)(*rest++ - '0');
    if (*rest != '\0' || layer < 1 || layer > CRS__LAYERS)
        return 0;
    c->keep_prob[layer] = array->values[0];
    return 1;
}

static int take_setting(crs__case *c, const crs_array *array)
{
    double *field = array->n == 1 ? setting_of(c, array->name) : NULL;
    char gamma[8] = "gamma?";
    if (field == NULL)
        return take_keep_prob(c, array);
    if (strncmp(array->name, "beta", 4) == 0 && array->name[4] != '\0') {
        gamma[5] = array->name[4]; /* beta1 beside gamma1 is batch normalisation's */
        if (crs_arrays_find(c->arrays, gamma) != NULL)
            return 0;
    }
    *field = array->values[0];
    return 1;
}

/* ---- words ---- */

static int is_suffix(const char *text, const char *const *suffixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, suffixes[i]) == 0)
            return 1;
    }
    return 0;
}

/* What a suffix makes of a kind; CRS__KINDS where it makes nothing. */
static crs__kind with_suffix(crs__kind kind, const char *suffix)
{
    static const char *const after[] = {"_new", "new", "_updated", "_after", "_next"};
    static const char *const before[] = {"_prev", "_old", "_before", "prev", "_previous"};
    static const crs__kind renewed[][2] = {{CRS__W, CRS__W_NEW},   {CRS__B, CRS__B_NEW},
                                           {CRS__VW_OLD, CRS__VW}, {CRS__VB_OLD, CRS__VB},
                                           {CRS__SW_OLD, CRS__SW}, {CRS__SB_OLD, CRS__SB}};
    if (*suffix == '\0')
        return kind;
    if (is_suffix(suffix, after, sizeof after / sizeof *after)) {
        for (size_t i = 0; i < sizeof renewed / sizeof *renewed; i++) {
            if (renewed[i][0] == kind)
                return renewed[i][1];
        }
    }
    if (is_suffix(suffix, before, sizeof before / sizeof *before) &&
        (kind == CRS__DW || kind == CRS__DB))
        return kind == CRS__DW ? CRS__DW_PREV : CRS__DB_PREV;
    if (strcmp(suffix, "_grad") == 0 || strcmp(suffix, ".grad") == 0)
        return kind == CRS__W ? CRS__DW : kind == CRS__B ? CRS__DB : CRS__KINDS;
    if (strcmp(suffix, "_hat") == 0 || strcmp(suffix, "_norm") == 0)
        return kind == CRS__Z ? CRS__ZHAT : CRS__KINDS;
    return CRS__KINDS;
}

static int read_whole(const char *name, reading *out)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (strcmp(name, whole[i].name) == 0) {
            out->kind = whole[i].kind;
            out->layer = whole[i].layer;
            out->lower = whole[i].lower;
            out->numbered = 1;
            return 1;
        }
    }
    return 0;
}

static int read_word(const char *name, size_t length, reading *out)
{
    while (length > 0 && name[length - 1] == '_')
        length--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == length && memcmp(words[i].word, name, length) == 0) {
            out->kind = words[i].kind;
            out->lower = words[i].lower;
            return 1;
        }
    }
    if (length == 4 && memcmp(name, "beta", 4) == 0) {
        out->kind = CRS__BETA;
        out->lower = 0;
        return 1;
    }
    return 0;
}

/* "dW1_prev": word, number, suffix. Without a number the layer is 1, and `numbered` 0. */
static int read_name(const char *name, reading *out)
{
    size_t length = 0;
    const char *rest;
    if (read_whole(name, out))
        return 1;
    while (name[length] != '\0' && !isdigit((unsigned char)name[length]))
        length++;
    rest = name + length;
    out->numbered = *rest != '\0';
    out->layer = out->numbered ? 0 : 1;
    while (isdigit((unsigned char)*rest) && out->layer <= CRS__LAYERS)
        out->layer = 10 * out->layer + (size_t)(*rest++ - '0');
    if (!read_word(name, length, out)) {
        const char *cut = strchr(name, '_'); /* "W_new" */
        if (out->numbered || cut == NULL || !read_word(name, (size_t)(cut - name), out))
            return 0;
        rest = cut;
    }
    out->kind = with_suffix(out->kind, rest);
    if (out->kind == CRS__KINDS || out->layer > CRS__LAYERS)
        return 0;
    return out->layer > 0 || out->kind == CRS__A || out->kind == CRS__DA;
}

/* The part after the last '/', with "d" before it where a folder says "grad". */
static int read_path(const char *path, reading *out)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    if (!read_name(name, out))
        return 0;
    if (slash != NULL && strstr(path, "grad") != NULL && strstr(path, "grad") < slash) {
        if (out->kind == CRS__W || out->kind == CRS__B)
            out->kind = out->kind == CRS__W ? CRS__DW : CRS__DB;
    }
    return 1;
}

/* ---- PyTorch's names ---- */

/* "PREFIX.weight", ".bias", ".weight.grad", ".bias.grad": the kind and the prefix's length. */
static int read_module(const char *name, crs__kind *kind, size_t *prefix)
{
    static const struct {
        const char *end;
        crs__kind kind;
    } ends[] = {{".weight", CRS__W},     {".bias", CRS__B},         {".weight.grad", CRS__DW},
                {".bias.grad", CRS__DB}, {".weight_grad", CRS__DW}, {".bias_grad", CRS__DB}};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i].end);
        if (length > end && strcmp(name + length - end, ends[i].end) == 0) {
            *kind = ends[i].kind;
            *prefix = length - end;
            return 1;
        }
    }
    return 0;
}

/* "fc2" before "fc10": digits at the end count as a number. */
static int compare_prefixes(const char *a, size_t n, const char *b, size_t k)
{
    size_t i = 0;
    while (i < n && i < k && a[i] == b[i] && !isdigit((unsigned char)a[i]))
        i++;
    if (i < n && i < k && isdigit((unsigned char)a[i]) && isdigit((unsigned char)b[i]) && n != k)
        return n < k ? -1 : 1;
    if (memcmp(a, b, n < k ? n : k) != 0)
        return memcmp(a, b, n < k ? n : k);
    return n < k ? -1 : n > k;
}

/* The layer of a module: 1 + how many other prefixes come before its own. */
static size_t module_layer(const crs_arrays *arrays, const char *name, size_t prefix)
{
    size_t before = 0;
    for (size_t i = 0; i < arrays->n; i++) {
        crs__kind kind;
        size_t other;
        int seen = 0;
        if (!read_module(arrays->array[i].name, &kind, &other) ||
            compare_prefixes(arrays->array[i].name, other, name, prefix) >= 0)
            continue;
        for (size_t k = 0; k < i && !seen; k++) {
            size_t earlier;
            seen = read_module(arrays->array[k].name, &kind, &earlier) && earlier == other &&
                   memcmp(arrays->array[k].name, arrays->array[i].name, other) == 0;
        }
        before += !seen;
    }
    return before + 1;
}

/* ---- all of them ---- */

/* What array i says, if anything. */
static int read_array(const crs_arrays *arrays, size_t i, reading *out)
{
    const char *name = arrays->array[i].name;
    size_t prefix;
    out->module = read_module(name, &out->kind, &prefix);
    if (out->module) {
        out->layer = module_layer(arrays, name, prefix);
        out->lower = 0;
        out->numbered = 1;
        return out->layer <= CRS__LAYERS;
    }
    return read_path(name, out);
}

static int same_values(const crs_array *x, const crs_array *y)
{
    return x->n == y->n && memcmp(x->values, y->values, x->n * sizeof *x->values) == 0;
}

/* Arrays with a number decide how many layers there are. */
static size_t count_layers(const crs_arrays *arrays, const unsigned char *unused)
{
    size_t layers = 0;
    for (size_t i = 0; i < arrays->n; i++) {
        reading r;
        if (unused[i] && read_array(arrays, i, &r) && r.numbered && r.layer != LAST_LAYER &&
            r.layer > layers)
            layers = r.layer;
    }
    return layers;
}

/* Give arrays that are read in this case to their nodes. */
static crs_status place_arrays(crs__case *c, int lower, size_t numbered_layers,
                               unsigned char *unused, crs_error *err)
{
    for (size_t i = 0; i < c->arrays->n; i++) {
        const crs_array *array = &c->arrays->array[i];
        crs__node *node;
        reading r;
        if (!unused[i] || !read_array(c->arrays, i, &r) || r.lower != lower ||
            (!r.numbered && numbered_layers > 1))
            continue;
        if (r.layer == LAST_LAYER)
            r.layer = c->n_layers;
        c->modules = c->modules || r.module;
        node = &c->nodes[r.kind][r.layer];
        if (node->source == NULL) {
            node->source = array;
            unused[i] = 0;
        } else if (!lower && !same_values(node->source, array)) {
            return crs_error_set(err, CRS_EINVAL,
                                 "%s and %s are the same array by their names and differ: leave "
                                 "one of them out",
                                 node->source->name, array->name);
        }
    }
    return CRS_OK;
}

crs_status crs__name_arrays(crs__case *c, unsigned char *unused, crs_error *err)
{
    crs_status status = CRS_OK;
    size_t layers;
    for (size_t i = 0; i < c->arrays->n; i++)
        unused[i] = !take_setting(c, &c->arrays->array[i]);
    layers = count_layers(c->arrays, unused);
    c->n_layers = layers > 0 ? layers : 1;
    for (int lower = 0; lower <= 1 && status == CRS_OK; lower++)
        status = place_arrays(c, lower, layers, unused, err);
    return status;
}
