/* A model as one file of C99: docs/decisions/0026-the-model-file.md. */
#include "model/model.h"

#include "core/arguments.h"
#include "core/memory.h"
#include "data/number.h"
#include "data/shown.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The arrays a_0 ... of the layers share as few buffers as their lives allow. */
typedef struct plan {
    size_t *slot;  /* [n_layers]: where a of layer l (the input is 0) lies; the output in `out` */
    size_t *width; /* [n_slots] */
    size_t n_slots;
} plan;

typedef struct writer {
    const crs_model *model;
    const char *name;
    const char *type; /* "float" */
    const char *f;    /* the suffix of constants and of libm's functions: "f" */
    int is_single;
    char array[32];  /* the one being written */
    char beyond[32]; /* the first that has a number which is not finite, "" */
    plan plan;
    crs__text text;
} writer;

/* ---- which buffer --------------------------------------------------------------------- */

/* The last layer that reads a of layer l. */
static size_t last_use(const crs_net *net, size_t l)
{
    size_t last = l + 1;
    for (size_t k = l + 1; k < crs_net_layers(net); k++)
        if (crs_net_options(net, k)->skip == k - l)
            last = k;
    return last;
}

static crs_status make_plan(const crs_net *net, plan *p)
{
    size_t n = crs_net_layers(net);
    size_t *busy = crs__alloc(n, sizeof *busy); /* until which layer */
    p->slot = crs__alloc(n, sizeof *p->slot);
    p->width = crs__alloc(n, sizeof *p->width);
    for (size_t l = 0; busy != NULL && p->slot != NULL && p->width != NULL && l < n; l++) {
        size_t s = 0, width = crs_net_width(net, l);
        while (s < p->n_slots && busy[s] >= l)
            s++;
        p->n_slots = s == p->n_slots ? s + 1 : p->n_slots;
        p->slot[l] = s;
        p->width[s] = p->width[s] > width ? p->width[s] : width;
        busy[s] = last_use(net, l);
    }
    n = busy != NULL && p->slot != NULL && p->width != NULL;
    crs__free(busy);
    return n ? CRS_OK : CRS_ENOMEM;
}

/* ---- the comment ------------------------------------------------------------------------ */

/* A name in a comment: one line that ends no comment, begins none, and joins no lines. */
static void put_comment_text(crs__text *text, const char *name)
{
    char shown[64];
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    for (char *at = shown; *at != '\0'; at++)
        crs__text_append_bytes(text, strchr("*/\\?", *at) != NULL ? "_" : at, 1);
}

#define MOST_LISTED 64

static void put_list(crs__text *text, const char *array, size_t n, char *const *names)
{
    for (size_t i = 0; names != NULL && i < n && i < MOST_LISTED; i++) {
        crs__text_append(text, " *   %s[%zu]  ", array, i);
        put_comment_text(text, names[i]);
        crs__text_append(text, "\n");
    }
    if (names != NULL && n > MOST_LISTED)
        crs__text_append(text, " *   ... (%zu in all)\n", n);
}

static const char *output_words(const crs_model *model)
{
    size_t n_out = crs__model_outputs(model->net);
    if (model->task == CRS_TASK_VALUES)
        return "values, in the units of the data";
    if (model->task == CRS_TASK_LABELS)
        return "the probability of each label";
    if (crs_net_loss(model->net) == CRS_LOSS_HINGE)
        return n_out == 1 ? "a score: above 0 is class 1"
                          : "a score of each class; the largest says which";
    if (n_out > 1)
        return "the probability of each class";
    return "the probability of class 1";
}

static void put_layers(writer *w)
{
    const crs_net *net = w->model->net;
    size_t n = crs_net_layers(net);
    for (size_t l = 1; l <= n; l++) {
        char act[64] = "";
        crs__text_append(&w->text, " *   %zu x %zu", crs_net_width(net, l),
                         crs_net_width(net, l - 1));
        if (l < n) {
            crs_act_format(crs_net_act(net, l), act, sizeof act);
            crs__text_append(&w->text, "%s, %s",
                             crs_net_options(net, l)->batchnorm ? ", batch norm (folded in)" : "",
                             act);
            if (crs_net_options(net, l)->skip > 0)
                crs__text_append(&w->text, ", plus layer %zu", l - crs_net_options(net, l)->skip);
        } else {
            crs__text_append(&w->text, ", %s", crs_loss_name(crs_net_loss(net)));
        }
        crs__text_append(&w->text, "\n");
    }
}

/* Numbers that are constants of the file. */
static size_t count_constants(const crs_model *model)
{
    const crs_net *net = model->net;
    size_t n = model->target.n_features * 2, per = 2 + (model->scaler.fill != NULL);
    if (model->scaler.n_features > 0)
        n += (per + (crs_net_dtype(net) == CRS_F32)) * model->scaler.n_features;
    for (size_t l = 1; l <= crs_net_layers(net); l++)
        n += crs_net_width(net, l) * (crs_net_width(net, l - 1) + 1);
    return n;
}

static void put_comment(writer *w)
{
    const crs_model *model = w->model;
    size_t n_in = crs__model_inputs(model->net), n_out = crs__model_outputs(model->net), stack = 0;
    size_t size = crs_dtype_size(crs_net_dtype(model->net));
    for (size_t s = 0; s < w->plan.n_slots; s++)
        stack += w->plan.width[s];
    crs__text_append(&w->text,
                     "/*\n * %s: a trained net, written by crease %s. %zu %s in, %zu out.\n *\n",
                     w->name, crs_version(), n_in, n_in == 1 ? "number" : "numbers", n_out);
    put_layers(w);
    crs__text_append(
        &w->text,
        " *\n * %zu bytes of constants, %zu bytes of stack for arrays. Needs libm alone; no\n"
        " * memory is allocated and nothing global written, so that any thread may call it.\n *\n",
        count_constants(model) * size, stack * size);
    crs__text_append(&w->text,
                     " *     %s x[%zu] = {0}, out[%zu];\n *     %s_predict(x, out);\n *\n", w->type,
                     n_in, n_out, w->name);
    crs__text_append(&w->text, " * x as the data had it%s",
                     model->scaler.n_features > 0 ? ", not scaled" : "");
    if (model->scaler.fill != NULL)
        crs__text_append(&w->text, "; NaN for what is missing");
    crs__text_append(&w->text, ". out is %s.\n", output_words(model));
    put_list(&w->text, "x", n_in, model->feature_names);
    put_list(&w->text, "out", n_out,
             model->task != CRS_TASK_CLASSES ? model->target_names
             : n_out > 1                     ? model->class_names
                                             : NULL);
    if (model->task == CRS_TASK_CLASSES && n_out == 1 && model->class_names != NULL) {
        crs__text_append(&w->text, " *   class 0 is ");
        put_comment_text(&w->text, model->class_names[0]);
        crs__text_append(&w->text, ", class 1 is ");
        put_comment_text(&w->text, model->class_names[1]);
        crs__text_append(&w->text, "\n");
    }
    crs__text_append(&w->text,
                     " */\n#include <math.h>\n\nvoid %s_predict(const %s x[%zu], %s out[%zu]);\n",
                     w->name, w->type, n_in, w->type, n_out);
}

/* ---- constants ---------------------------------------------------------------------------- */

static double rounded(const writer *w, double value)
{
    return w->is_single ? (double)(float)value : value;
}

/* Exact, in C99's hexadecimal form. */
static void put_number(writer *w, double value)
{
    if (!isfinite(rounded(w, value)) && w->beyond[0] == '\0')
        memcpy(w->beyond, w->array, sizeof w->beyond);
    crs__text_append(&w->text, "%a%s", rounded(w, value), w->f);
}

static void begin_array(writer *w, const char *what, size_t layer, size_t n)
{
    if (layer > 0)
        (void)snprintf(w->array, sizeof w->array, "%s%zu", what, layer);
    else
        (void)snprintf(w->array, sizeof w->array, "%s", what);
    crs__text_append(&w->text, "\nstatic const %s %s_%s[%zu] = {", w->type, w->name, w->array, n);
}

static void put_element(writer *w, size_t i, double value)
{
    crs__text_append(&w->text, i == 0 ? "\n    " : i % 4 == 0 ? ",\n    " : ", ");
    put_number(w, value);
}

static void put_array(writer *w, const char *what, size_t n, const double *values)
{
    begin_array(w, what, 0, n);
    for (size_t i = 0; i < n; i++)
        put_element(w, i, values[i]);
    crs__text_append(&w->text, "\n};\n");
}

/* Batch normalisation makes k z + c of z: folded into weights and bias. */
static void fold(const crs_net *net, size_t l, size_t j, double *k, double *c)
{
    size_t at, n_out = crs_net_width(net, l);
    *k = 1;
    *c = 0;
    if (!crs_net_options(net, l)->batchnorm)
        return;
    at = crs_net_running_at(net, l) + j;
    *k = crs_net_param(net, crs_net_gamma_at(net, l) + j) /
         sqrt(crs__model_running(net, at + n_out) + crs_net_options(net, l)->eps);
    *c = crs_net_param(net, crs_net_beta_at(net, l) + j) - *k * crs__model_running(net, at);
}

static void put_weights(writer *w, size_t l)
{
    const crs_net *net = w->model->net;
    size_t n_in = crs_net_width(net, l - 1), n_out = crs_net_width(net, l);
    double k, c;
    begin_array(w, "w", l, n_out * n_in);
    for (size_t j = 0; j < n_out; j++) {
        fold(net, l, j, &k, &c);
        for (size_t i = 0; i < n_in; i++)
            put_element(w, j * n_in + i,
                        k * crs_net_param(net, crs_net_weight_at(net, l) + j * n_in + i));
    }
    crs__text_append(&w->text, "\n};\n");
    begin_array(w, "b", l, n_out);
    for (size_t j = 0; j < n_out; j++) {
        fold(net, l, j, &k, &c);
        put_element(w, j, k * crs_net_param(net, crs_net_bias_at(net, l) + j) + c);
    }
    crs__text_append(&w->text, "\n};\n");
}

static void put_constants(writer *w)
{
    const crs_scaler *scaler = &w->model->scaler, *target = &w->model->target;
    size_t n = scaler->n_features;
    if (n > 0) {
        put_array(w, "shift", n, scaler->shift);
        if (w->is_single) { /* what a float of it leaves: x - shift loses no digits then */
            begin_array(w, "rest", 0, n);
            for (size_t i = 0; i < n; i++)
                put_element(w, i, scaler->shift[i] - rounded(w, scaler->shift[i]));
            crs__text_append(&w->text, "\n};\n");
        }
        put_array(w, "scale", n, scaler->scale);
        if (scaler->fill != NULL)
            put_array(w, "fill", n, scaler->fill);
    }
    for (size_t l = 1; l <= crs_net_layers(w->model->net); l++)
        put_weights(w, l);
    if (target->n_features > 0) {
        begin_array(w, "out_scale", 0, target->n_features);
        for (size_t i = 0; i < target->n_features; i++)
            put_element(w, i, target->scale[i] == 0 ? 0 : 1 / target->scale[i]);
        crs__text_append(&w->text, "\n};\n");
        put_array(w, "out_shift", target->n_features, target->shift);
    }
}

/* ---- code ---------------------------------------------------------------------------------- */

/* g(z) in C; @ is the suffix, $ the parameter. Infinite exponentials give the right limits. */
static const char *const formulas[CRS_ACT_COUNT] = {
    [CRS_ACT_LINEAR] = "z",
    [CRS_ACT_RELU] = "z < 0.0@ ? 0.0@ : z",
    [CRS_ACT_LEAKY_RELU] = "z < 0.0@ ? $ * z : z",
    [CRS_ACT_RELU6] = "z < 0.0@ ? 0.0@ : z > 6.0@ ? 6.0@ : z",
    [CRS_ACT_HARDTANH] = "z < -1.0@ ? -1.0@ : z > 1.0@ ? 1.0@ : z",
    [CRS_ACT_ABS] = "fabs@(z)",
    [CRS_ACT_HARD_SIGMOID] = "z <= -3.0@ ? 0.0@ : z >= 3.0@ ? 1.0@ : (z + 3.0@) / 6.0@",
    [CRS_ACT_HARD_SWISH] = "z <= -3.0@ ? 0.0@ : z >= 3.0@ ? z : z * (z + 3.0@) / 6.0@",
    [CRS_ACT_ELU] = "z < 0.0@ ? $ * expm1@(z) : z",
    [CRS_ACT_SELU] = "z < 0.0@ ? 1.7580993408473768599@ * expm1@(z) : 1.0507009873554804934@ * z",
    [CRS_ACT_SOFTPLUS] = "(z > 0.0@ ? z : 0.0@) + log1p@(exp@(-fabs@(z)))",
    [CRS_ACT_SIGMOID] = "(z < 0.0@ ? exp@(z) : 1.0@) / (1.0@ + exp@(-fabs@(z)))",
    [CRS_ACT_TANH] = "tanh@(z)",
    [CRS_ACT_GELU] = "z * erfc@(-z * 0.70710678118654752440@) / 2.0@",
    [CRS_ACT_GELU_TANH] =
        "z / (1.0@ + exp@(-z * (1.5957691216057307118@ + 0.071354816272600247@ * z * z)))",
    [CRS_ACT_SILU] = "z / (1.0@ + exp@(-z))",
    [CRS_ACT_MISH] = "z * tanh@(log1p@(exp@(z)))",
};

static void put_formula(writer *w, const crs_act *act)
{
    for (const char *at = formulas[act->id]; *at != '\0'; at++) {
        if (*at == '@')
            crs__text_append(&w->text, "%s", w->f);
        else if (*at == '$')
            put_number(w, act->param);
        else
            crs__text_append_bytes(&w->text, at, 1);
    }
}

static void put_dense(writer *w)
{
    crs__text_append(
        &w->text,
        "\n/* z = W a + b, W [n_out, n_in] */\n"
        "static void %s_dense(int n_in, int n_out, const %s *w, const %s *b, const %s *a, %s *z)\n"
        "{\n    for (int j = 0; j < n_out; j++) {\n        %s sum = b[j];\n"
        "        for (int i = 0; i < n_in; i++)\n            sum += w[j * n_in + i] * a[i];\n"
        "        z[j] = sum;\n    }\n}\n",
        w->name, w->type, w->type, w->type, w->type, w->type);
}

/* A loop over n numbers; its body follows. */
static void put_loop(writer *w, size_t n)
{
    crs__text_append(&w->text, "    for (int i = 0; i < %zu; i++) {\n", n);
}

static void put_input(writer *w)
{
    const crs_scaler *scaler = &w->model->scaler;
    const char *name = w->name;
    put_loop(w, crs__model_inputs(w->model->net));
    crs__text_append(&w->text, "        %s value = x[i];\n", w->type);
    if (scaler->fill != NULL)
        crs__text_append(
            &w->text,
            "        if (value != value) /* NaN: missing */\n            value = %s_fill[i];\n",
            name);
    if (scaler->n_features > 0)
        crs__text_append(&w->text, "        value = (value - %s_shift[i]%s%s%s) * %s_scale[i];\n",
                         name, w->is_single ? " - " : "", w->is_single ? name : "",
                         w->is_single ? "_rest[i]" : "", name);
    crs__text_append(&w->text, "        a%zu[i] = value;\n    }\n", w->plan.slot[0]);
}

static void put_layer(writer *w, size_t l)
{
    const crs_net *net = w->model->net;
    size_t n = crs_net_layers(net), n_out = crs_net_width(net, l), skip;
    char to[32] = "out";
    if (l < n)
        (void)snprintf(to, sizeof to, "a%zu", w->plan.slot[l]);
    crs__text_append(&w->text, "    %s_dense(%zu, %zu, %s_w%zu, %s_b%zu, a%zu, %s);\n", w->name,
                     crs_net_width(net, l - 1), n_out, w->name, l, w->name, l, w->plan.slot[l - 1],
                     to);
    if (l == n)
        return;
    skip = crs_net_options(net, l)->skip;
    if (crs_net_act(net, l)->id == CRS_ACT_LINEAR && skip == 0)
        return;
    put_loop(w, n_out);
    crs__text_append(&w->text, "        const %s z = %s[i];\n        %s[i] = ", w->type, to, to);
    if (skip > 0)
        crs__text_append(&w->text, "a%zu[i] + (", w->plan.slot[l - skip]);
    put_formula(w, crs_net_act(net, l));
    crs__text_append(&w->text, "%s;\n    }\n", skip > 0 ? ")" : "");
}

static void put_softmax(writer *w, size_t n)
{
    crs__text_append(&w->text,
                     "    %s most = out[0], sum = 0;\n    for (int i = 1; i < %zu; i++)\n"
                     "        most = out[i] > most ? out[i] : most;\n",
                     w->type, n);
    put_loop(w, n);
    crs__text_append(
        &w->text, "        out[i] = exp%s(out[i] - most);\n        sum += out[i];\n    }\n", w->f);
    put_loop(w, n);
    crs__text_append(&w->text, "        out[i] /= sum;\n    }\n");
}

static void put_output(writer *w)
{
    static const crs_act sigmoid = {.id = CRS_ACT_SIGMOID};
    size_t n = crs__model_outputs(w->model->net);
    if (crs_net_loss(w->model->net) == CRS_LOSS_SOFTMAX) {
        put_softmax(w, n);
    } else if (crs_net_loss(w->model->net) == CRS_LOSS_BCE) {
        put_loop(w, n);
        crs__text_append(&w->text, "        const %s z = out[i];\n        out[i] = ", w->type);
        put_formula(w, &sigmoid);
        crs__text_append(&w->text, ";\n    }\n");
    }
    if (w->model->target.n_features > 0) {
        put_loop(w, n);
        crs__text_append(&w->text,
                         "        out[i] = out[i] * %s_out_scale[i] + %s_out_shift[i];\n    }\n",
                         w->name, w->name);
    }
}

static void put_predict(writer *w)
{
    const crs_net *net = w->model->net;
    crs__text_append(&w->text, "\nvoid %s_predict(const %s x[%zu], %s out[%zu])\n{\n", w->name,
                     w->type, crs__model_inputs(net), w->type, crs__model_outputs(net));
    for (size_t s = 0; s < w->plan.n_slots; s++)
        crs__text_append(&w->text, "    %s a%zu[%zu];\n", w->type, s, w->plan.width[s]);
    put_input(w);
    for (size_t l = 1; l <= crs_net_layers(net); l++)
        put_layer(w, l);
    put_output(w);
    crs__text_append(&w->text, "}\n");
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int is_identifier(const char *name)
{
    static const char letters[] = "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n = strspn(name, letters);
    return n > 0 && n <= 60 && name[n] == '\0' && strchr("0123456789", name[0]) == NULL;
}

crs_status crs_model_export_c(const crs_model *model, const char *name, const crs_sink *sink,
                              crs_error *err)
{
    if (model == NULL || name == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    writer w = {.model = model, .name = name, .type = "double", .f = ""};
    crs__number_locale locale;
    crs_status status;
    if (!is_identifier(name))
        return crs_error_set(
            err, CRS_EINVAL,
            "the name is no identifier of C: expected letters, digits and _, up to 60, as in 'iris'");
    w.is_single = crs_net_dtype(model->net) == CRS_F32;
    if (w.is_single) {
        w.type = "float";
        w.f = "f";
    }
    status = make_plan(model->net, &w.plan);
    if (status == CRS_OK && crs__number_enter(&locale) != 0)
        status = CRS_ENOMEM;
    if (status == CRS_OK) {
        put_comment(&w);
        put_constants(&w);
        put_dense(&w);
        put_predict(&w);
        crs__number_leave(&locale);
        status = w.text.failed ? CRS_ENOMEM : CRS_OK;
    }
    if (status == CRS_OK && w.beyond[0] != '\0')
        status = CRS_ENONFINITE;
    if (status == CRS_OK)
        status = sink->write(sink->ctx, w.text.data, w.text.length);
    crs__free(w.text.data);
    crs__free(w.plan.slot);
    crs__free(w.plan.width);
    if (status == CRS_OK)
        return status;
    if (status == CRS_ENONFINITE && w.beyond[0] != '\0')
        return crs_error_set(err, status,
                             "the array %s of the C has a number that %s does not hold: the model "
                             "cannot be written so",
                             w.beyond, w.type);
    return crs_error_set(err, status,
                         status == CRS_ENOMEM ? "no memory to write the model as C"
                                              : "the model could not be written as C");
}
