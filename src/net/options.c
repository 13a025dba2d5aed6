/* What a net is made of besides its widths: losses by name, options of layers and their text. */
#include "net/net.h"

#include "core/arguments.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const losses[] = {"bce", "softmax", "squared", "absolute", "huber", "hinge"};
enum { N_LOSSES = sizeof losses / sizeof *losses };

const char *crs_loss_name(crs_loss loss)
{
    return (unsigned)loss < N_LOSSES ? losses[loss] : NULL;
}

/* What somebody wrote, as far as it is worth repeating: 40 bytes, and none that end a line. */
static int shown(const char *text, size_t length)
{
    int n = 0;
    while (n < 40 && (size_t)n < length && (unsigned char)text[n] >= ' ')
        n++;
    return n;
}

crs_status crs_loss_parse(const char *text, crs_error *err, crs_loss *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    for (int i = 0; i < N_LOSSES; i++) {
        if (strcmp(text, losses[i]) == 0) {
            *out = (crs_loss)i;
            return CRS_OK;
        }
    }
    return crs_error_set(err, CRS_ENOENT,
                         "no loss '%.*s': expected bce, softmax, squared, absolute, huber or hinge",
                         shown(text, strlen(text)), text);
}

/* ---- options in their ranges ------------------------------------------------------------ */

/* `name` says which layer, as the caller's text counts. */
static crs_status check_ranges(const crs_layer_options *o, size_t layer, crs_error *err)
{
    if (!(o->dropout >= 0 && o->dropout < 1))
        return crs_error_set(err, CRS_EINVAL,
                             "layer %zu drops a share of %g, expected 0 or more, less than 1",
                             layer, o->dropout);
    if (o->batchnorm && !(o->momentum >= 0 && o->momentum <= 1))
        return crs_error_set(err, CRS_EINVAL,
                             "layer %zu has a momentum of %g, expected more than 0, at most 1",
                             layer, o->momentum);
    if (o->batchnorm && !(o->eps >= 0 && isfinite(o->eps)))
        return crs_error_set(err, CRS_EINVAL, "layer %zu has an eps of %g, expected more than 0",
                             layer, o->eps);
    if (o->skip > layer)
        return crs_error_set(err, CRS_EINVAL,
                             "layer %zu skips %zu layers, but only %zu are below it", layer,
                             o->skip, layer);
    return CRS_OK;
}

crs_status crs__layer_options_check(const crs_net_config *config, size_t l, crs_error *err,
                                    crs_layer_options *out)
{
    static const crs_layer_options nothing;
    const crs_layer_options *o = config->options == NULL ? &nothing : &config->options[l];
    crs_status status = check_ranges(o, l + 1, err);
    if (status != CRS_OK)
        return status;
    if (config->widths[l + 1 - o->skip] != config->widths[l + 1])
        return crs_error_set(
            err, CRS_EINVAL,
            "layer %zu has %zu units, and its skip comes from layer %zu with %zu: expected as many",
            l + 1, config->widths[l + 1], l + 1 - o->skip, config->widths[l + 1 - o->skip]);
    *out = *o;
    if (!o->batchnorm)
        out->momentum = out->eps = 0;
    else if (o->momentum == 0)
        out->momentum = 0.1;
    if (o->batchnorm && o->eps == 0)
        out->eps = 1e-5;
    return CRS_OK;
}

/* ---- layers in words ---------------------------------------------------------------------- */

/* One layer's text, cut from the whole. */
typedef struct words {
    const char *at, *end;
    const char *whole;
    size_t layer; /* from 1 */
} words;

static crs_status complain(const words *w, crs_error *err, crs_status status, const char *expected)
{
    crs_status set = crs_error_set(err, status, "layer %zu: '%.*s': %s", w->layer,
                                   shown(w->at, (size_t)(w->end - w->at)), w->at, expected);
    if (err != NULL)
        err->column = (size_t)(w->at - w->whole) + 1;
    return set;
}

/* The text up to one of `stops` or the end of the layer, copied; 0 if it is too long. */
static int take(words *w, const char *stops, char *text, size_t size)
{
    size_t n = 0;
    while (w->at + n < w->end && strchr(stops, w->at[n]) == NULL)
        n++;
    if (n + 1 > size)
        return 0;
    memcpy(text, w->at, n);
    text[n] = '\0';
    w->at += n;
    return 1;
}

/* A whole number; 0 if there is none, or it is 0 or beyond 2^53. */
static size_t take_count(words *w)
{
    double n = 0;
    const char *from = w->at;
    while (w->at < w->end && isdigit((unsigned char)*w->at) && n < 9007199254740992.0)
        n = 10 * n + (*w->at++ - '0');
    return w->at == from || n >= 9007199254740992.0 ? 0 : (size_t)n;
}

/* A number up to the next '+' that is not part of it; returns 0 if there is none. */
static int take_number(words *w, double *out)
{
    char text[64], *end;
    if (!take(w, "+", text, sizeof text))
        return 0;
    if (text[0] != '\0' && strchr("eE", text[strlen(text) - 1]) != NULL && w->at < w->end) {
        size_t n = strlen(text); /* 1e+3 */
        text[n] = *w->at++;
        if (!take(w, "+", text + n + 1, sizeof text - n - 1))
            return 0;
    }
    *out = strtod(text, &end);
    return (isdigit((unsigned char)text[0]) || strchr("+-.", text[0]) != NULL) && *end == '\0' &&
           end != text && isfinite(*out);
}

static crs_status parse_act(words *w, const crs_act *act, crs_error *err, crs_act *out)
{
    char text[80];
    words begin = *w;
    *out = *act;
    if (w->at < w->end && *w->at == ':') {
        crs_status status;
        w->at++;
        if (!take(w, "@+", text, sizeof text))
            return complain(w, err, CRS_EPARSE, "this is too long for an activation");
        status = crs_act_parse(text, err, out);
        if (status != CRS_OK) {
            if (err != NULL)
                err->column += (size_t)(begin.at + 1 - w->whole);
            return status;
        }
    }
    if (w->at < w->end && *w->at == '@') {
        double value;
        words at = *w;
        w->at++;
        if (!take_number(w, &value))
            return complain(&at, err, CRS_EPARSE,
                            "expected the derivative's value at kinks, as in '@0.5'");
        for (size_t k = 0; k < out->n_kinks; k++)
            out->kink[k].value = value;
        if (out->n_kinks == 0)
            return complain(&at, err, CRS_EINVAL, "this activation has no kinks");
    }
    return CRS_OK;
}

static crs_status parse_option(words *w, crs_error *err, crs_layer_options *o)
{
    char name[16];
    words from = *w;
    int has_value;
    w->at++;
    if (!take(w, "=+", name, sizeof name))
        name[0] = '\0';
    has_value = w->at < w->end && *w->at == '=';
    w->at += has_value;
    if (strcmp(name, "bn") == 0 && !has_value) {
        o->batchnorm = 1;
    } else if (strcmp(name, "drop") == 0) {
        if (!has_value || !take_number(w, &o->dropout))
            return complain(&from, err, CRS_EPARSE,
                            "expected the share to drop, as in '+drop=0.2'");
    } else if (strcmp(name, "skip") == 0) {
        o->skip = has_value ? take_count(w) : 1;
        if (o->skip == 0)
            return complain(&from, err, CRS_EPARSE, "expected how many layers, as in '+skip=2'");
    } else {
        return complain(&from, err, CRS_ENOENT, "expected +bn, +drop=P, +skip or +skip=N");
    }
    if (w->at < w->end && *w->at != '+')
        return complain(w, err, CRS_EPARSE, "expected '+' or the layer's end here");
    return CRS_OK;
}

static crs_status parse_layer(words *w, const crs_act *act, int is_output, crs_error *err,
                              crs_layers *out)
{
    size_t l = w->layer;
    crs_status status;
    words from = *w;
    out->widths[l] = take_count(w);
    if (out->widths[l] == 0)
        return complain(&from, err, CRS_EPARSE, "expected a number of units, 1 or more");
    if (is_output)
        return w->at == w->end ? CRS_OK
                               : complain(w, err, CRS_EPARSE,
                                          "the last layer is the output: expected its units alone");
    status = parse_act(w, act, err, &out->acts[l - 1]);
    if (status == CRS_OK && w->at < w->end && *w->at != '+')
        status = complain(w, err, CRS_EPARSE, "expected ':', '@', '+' or ',' here");
    while (status == CRS_OK && w->at < w->end)
        status = parse_option(w, err, &out->options[l - 1]);
    if (status == CRS_OK)
        status = check_ranges(&out->options[l - 1], l, err);
    return status;
}

crs_status crs_layers_parse(const char *text, const crs_act *act, crs_error *err, crs_layers *out)
{
    if (text == NULL || act == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    words w = {text, text, text, 0};
    memset(out, 0, sizeof *out);
    for (;;) {
        crs_status status;
        w.end = w.at + strcspn(w.at, ",");
        if (++w.layer > CRS_MAX_LAYERS)
            return complain(&w, err, CRS_EINVAL, "no more than 256 layers");
        status = parse_layer(&w, act, *w.end == '\0', err, out);
        if (status != CRS_OK)
            return status;
        if (*w.end == '\0')
            break;
        w.at = w.end + 1;
    }
    out->n_layers = w.layer;
    return CRS_OK;
}
