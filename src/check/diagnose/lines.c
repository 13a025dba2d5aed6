#include "check/diagnose/lines.h"

#include "check/diagnose/hypotheses.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME 64

static const char *name(const crs__case *c, crs__kind kind, size_t layer, char *text)
{
    crs__ref ref = {kind, layer};
    crs__node_name(c, ref, text, NAME);
    return text;
}

/* Copies `rule`, putting the layer's names for Z and A where those stand alone. */
void crs__layer_rule(const crs__case *c, size_t layer, crs__text *out)
{
    char rule[160], z[NAME], a[NAME];
    crs_act_format_rule(&c->acts[layer], rule, sizeof rule);
    name(c, crs__preactivation(c, layer), layer, z);
    name(c, CRS__A, layer, a);
    for (size_t i = 0; rule[i] != '\0'; i++) {
        int alone = (i == 0 || !isalnum((unsigned char)rule[i - 1])) &&
                    !isalnum((unsigned char)rule[i + 1]) && rule[i + 1] != '.';
        if (alone && (rule[i] == 'Z' || rule[i] == 'A'))
            crs__text_append(out, "%s", rule[i] == 'Z' ? z : a);
        else
            crs__text_append(out, "%c", rule[i]);
    }
}

/* " / m", "2 * ... / m": the factor before and behind a product. */
static void factor_before(double factor, double m, crs__text *out)
{
    double whole = factor * m;
    if (factor == 1 || fabs(whole - 1) < 1e-12)
        return;
    if (fabs(whole - 2) < 1e-12 || factor == 2)
        crs__text_append(out, "2 * ");
    else
        crs__text_append(out, "%.6g * ",
                         fabs(whole) < 1e3 && whole == floor(whole) ? whole : factor);
}

static void factor_behind(double factor, double m, crs__text *out)
{
    double whole = factor * m;
    if (factor != 1 && factor != 2 && whole == floor(whole) && fabs(whole) < 1e3)
        crs__text_append(out, " / m");
}

static double total(const crs__case *c)
{
    return c->ways.kappa / (c->ways.is_sum ? 1 : (double)c->m);
}

/* W^T dZ of layer l + 1, as this author multiplies. */
static void put_upstream(const crs__case *c, size_t l, crs__text *out)
{
    char w[NAME], dz[NAME];
    name(c, CRS__W, l + 1, w);
    name(c, CRS__DZ, l + 1, dz);
    if (c->samples == CRS_SAMPLES_COLUMNS)
        crs__text_append(out, "np.dot(%s%s, %s)", w, c->w_in_out ? "" : ".T", dz);
    else
        crs__text_append(out, "np.dot(%s, %s%s)", dz, w, c->w_in_out ? ".T" : "");
}

static void put_dropout(const crs__case *c, size_t l, crs__text *out)
{
    char d[NAME];
    if (!crs__is_given(c, CRS__D, l))
        return;
    crs__text_append(out, " * %s%s", name(c, CRS__D, l, d),
                     c->ways.keep_factor[l] != 1 ? " / keep_prob" : "");
}

static void put_z(const crs__case *c, size_t l, crs__text *out)
{
    char w[NAME], a[NAME], b[NAME];
    name(c, CRS__W, l, w);
    name(c, CRS__A, l - 1, a);
    if (c->samples == CRS_SAMPLES_COLUMNS)
        crs__text_append(out, "np.dot(%s%s, %s)", w, c->w_in_out ? ".T" : "", a);
    else
        crs__text_append(out, "np.dot(%s, %s%s)", a, w, c->w_in_out ? "" : ".T");
    if (crs__is_given(c, CRS__B, l))
        crs__text_append(out, " + %s", name(c, CRS__B, l, b));
}

static void put_a(const crs__case *c, size_t l, crs__text *out)
{
    char z[NAME];
    const char *act = l == c->n_layers && c->has_output ? crs_output_name(c->output)
                                                        : crs_act_name(c->acts[l].id);
    name(c, crs__preactivation(c, l), l, z);
    if (strcmp(act, "relu") == 0)
        crs__text_append(out, "np.maximum(0, %s)", z);
    else if (strcmp(act, "tanh") == 0)
        crs__text_append(out, "np.tanh(%s)", z);
    else if (strcmp(act, "linear") == 0)
        crs__text_append(out, "%s", z);
    else if (strcmp(act, "softmax") == 0)
        crs__text_append(out, "np.exp(%s) / np.sum(np.exp(%s), axis=%d, keepdims=True)", z, z,
                         c->samples == CRS_SAMPLES_COLUMNS ? 0 : 1);
    else
        crs__text_append(out, "%s(%s)", act, z);
    put_dropout(c, l, out);
}

static void put_cost(const crs__case *c, crs__text *out)
{
    char a[NAME], y[NAME];
    const char *mean = c->ways.is_sum ? "" : " / m";
    name(c, CRS__A, c->n_layers, a);
    name(c, CRS__Y, 0, y);
    if (c->ways.cost == CRS_COST_BCE)
        crs__text_append(out, "-np.sum(%s * np.log(%s) + (1 - %s) * np.log(1 - %s))%s", y, a, y, a,
                         mean);
    else if (c->ways.cost == CRS_COST_CE)
        crs__text_append(out, "-np.sum(%s * np.log(%s))%s", y, a, mean);
    else
        crs__text_append(out, "np.sum((%s - %s)**2)%s%s", a, y, c->ways.kappa == 1 ? " / 2" : "",
                         mean);
}

/* dA of the output. */
static void put_output_da(const crs__case *c, crs__text *out)
{
    char a[NAME], y[NAME];
    name(c, CRS__A, c->n_layers, a);
    name(c, CRS__Y, 0, y);
    factor_before(c->ways.da_factor, (double)c->m, out);
    if (c->ways.cost == CRS_COST_BCE)
        crs__text_append(out, "-(%s / %s - (1 - %s) / (1 - %s))", y, a, y, a);
    else if (c->ways.cost == CRS_COST_CE)
        crs__text_append(out, "-%s / %s", y, a);
    else
        crs__text_append(out, "(%s - %s)", a, y);
    factor_behind(c->ways.da_factor, (double)c->m, out);
}

/* A dZ that nobody saved may have 1/m in it or not: say how the line is meant. */
static void put_where_mean_is(const crs__case *c, crs__text *out)
{
    double left = total(c) / c->ways.dz_factor * (double)c->m;
    if (c->m > 1 && !c->ways.is_sum && !crs__is_given(c, CRS__DZ, c->n_layers) &&
        left <= (double)c->m / 2)
        crs__text_append(out, "  # and 1/m in dW, db");
}

/* dZ of the output: a - y, with g' where the cost does not cancel it. */
static void put_delta(const crs__case *c, crs__text *out)
{
    char a[NAME], y[NAME], tail[3 * NAME] = "";
    int canonical = c->ways.cost != CRS_COST_SQUARED || c->output == CRS_OUTPUT_LINEAR;
    double factor = c->ways.dz_factor;
    name(c, CRS__A, c->n_layers, a);
    name(c, CRS__Y, 0, y);
    if (c->output == CRS_OUTPUT_SOFTMAX && !canonical) {
        crs__text_append(out, "%s * ((%s - %s) - np.sum(%s * (%s - %s), axis=%d, keepdims=True))",
                         a, a, y, a, a, y, c->samples == CRS_SAMPLES_COLUMNS ? 0 : 1);
        return;
    }
    if (!canonical && c->output == CRS_OUTPUT_SIGMOID)
        (void)snprintf(tail, sizeof tail, " * %s * (1 - %s)", a, a);
    else if (!canonical)
        (void)snprintf(tail, sizeof tail, " * (1 - %s**2)", a);
    factor_before(factor, (double)c->m, out);
    crs__text_append(out, canonical && factor == 1 ? "%s - %s" : "(%s - %s)", a, y);
    crs__text_append(out, "%s", tail);
    factor_behind(factor, (double)c->m, out);
    put_where_mean_is(c, out);
}

static void put_derivative(const crs__case *c, size_t l, crs__text *out)
{
    char da[NAME];
    if (crs__is_given(c, CRS__DA, l) || l == c->n_layers)
        crs__text_append(out, "%s", name(c, CRS__DA, l, da));
    else
        put_upstream(c, l, out);
    if (c->ways.dropout_in_dz)
        put_dropout(c, l, out);
    crs__text_append(out, " * (");
    crs__layer_rule(c, l, out);
    crs__text_append(out, ")");
}

static void put_batchnorm_dz(const crs__case *c, size_t l, crs__text *out)
{
    char g[NAME], v[NAME], d[NAME], h[NAME];
    int axis = c->samples == CRS_SAMPLES_COLUMNS ? 1 : 0;
    name(c, CRS__GAMMA, l, g);
    name(c, CRS__VAR, l, v);
    name(c, CRS__DZN, l, d);
    name(c, CRS__ZHAT, l, h);
    crs__text_append(out,
                     "%s / np.sqrt(%s + epsilon) * (%s - np.mean(%s, axis=%d, keepdims=True) - "
                     "%s * np.mean(%s * %s, axis=%d, keepdims=True))",
                     g, v, d, d, axis, h, d, h, axis);
}

static void put_dw(const crs__case *c, size_t l, crs__text *out)
{
    char dz[NAME], a[NAME], w[NAME];
    double factor = total(c) / c->ways.dz_factor;
    int columns = c->samples == CRS_SAMPLES_COLUMNS;
    name(c, CRS__DZ, l, dz);
    name(c, CRS__A, l - 1, a);
    factor_before(factor, (double)c->m, out);
    if (!c->w_in_out)
        crs__text_append(out, "np.dot(%s%s, %s%s)", dz, columns ? "" : ".T", a,
                         columns ? ".T" : "");
    else
        crs__text_append(out, "np.dot(%s%s, %s%s)", a, columns ? "" : ".T", dz,
                         columns ? ".T" : "");
    factor_behind(factor, (double)c->m, out);
    if (c->ways.l2 != 0)
        crs__text_append(out, " + lambd%s * %s",
                         fabs(c->ways.l2 * (double)c->m - c->lambd) < 1e-9 * fabs(c->lambd) ? " / m"
                                                                                            : "",
                         name(c, CRS__W, l, w));
}

static void put_row_sum(const crs__case *c, crs__kind kind, size_t l, crs__text *out)
{
    char dz[NAME];
    double factor = total(c) / c->ways.dz_factor;
    factor_before(factor, (double)c->m, out);
    crs__text_append(out, "np.sum(%s, axis=%d, keepdims=True)", name(c, kind, l, dz),
                     c->samples == CRS_SAMPLES_COLUMNS ? 1 : 0);
    factor_behind(factor, (double)c->m, out);
}

static void put_step(const crs__case *c, size_t l, int bias, crs__text *out)
{
    char p[NAME], g[NAME];
    name(c, bias ? CRS__B : CRS__W, l, p);
    name(c, bias ? CRS__DB : CRS__DW, l, g);
    if (c->optimizer == CRS__ADAM)
        crs__text_append(out,
                         "%s - lr * (v / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + "
                         "epsilon)",
                         p);
    else if (c->optimizer == CRS__MOMENTUM)
        crs__text_append(out, "%s - lr * v%s", p, bias ? "db" : "dW");
    else
        crs__text_append(out, "%s - lr * %s", p, g);
}

static void put_velocity(const crs__case *c, size_t l, int bias, crs__text *out)
{
    char v[NAME], g[NAME];
    static const char *const shares[] = {" + (1 - beta) * ", " + ", " - lr * "};
    name(c, bias ? CRS__VB_OLD : CRS__VW_OLD, l, v);
    name(c, bias ? CRS__DB : CRS__DW, l, g);
    crs__text_append(out, "beta * %s%s%s", v, shares[c->ways.momentum], g);
}

void crs__right_line(const crs__case *c, crs__ref ref, crs__text *out)
{
    char left[NAME];
    size_t l = ref.layer;
    int output = l == c->n_layers && c->has_output;
    crs__node_name(c, ref, left, sizeof left);
    crs__text_append(out, "%s = ", left);
    switch (ref.kind) {
    case CRS__Z:
        put_z(c, l, out);
        break;
    case CRS__A:
        put_a(c, l, out);
        break;
    case CRS__COST:
        put_cost(c, out);
        break;
    case CRS__DA:
        if (output) {
            put_output_da(c, out);
        } else {
            put_upstream(c, l, out);
            if (!c->ways.dropout_in_dz)
                put_dropout(c, l, out);
        }
        break;
    case CRS__DZ:
    case CRS__DZN:
        if (c->has_bn[l] && ref.kind == CRS__DZ)
            put_batchnorm_dz(c, l, out);
        else if (output)
            put_delta(c, out);
        else
            put_derivative(c, l, out);
        break;
    case CRS__DW:
        put_dw(c, l, out);
        break;
    case CRS__DB:
        put_row_sum(c, CRS__DZ, l, out);
        break;
    case CRS__DBETA:
        put_row_sum(c, CRS__DZN, l, out);
        break;
    case CRS__VW:
    case CRS__VB:
        put_velocity(c, l, ref.kind == CRS__VB, out);
        break;
    case CRS__W_NEW:
    case CRS__B_NEW:
        put_step(c, l, ref.kind == CRS__B_NEW, out);
        break;
    default: /* its formula is in the header */
        crs__text_append(out, "...");
        break;
    }
}
