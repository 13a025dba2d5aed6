/*
 * A model as ONNX: the protocol buffers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * written by hand, a field after the other (docs/decisions/0026-the-model-file.md). What an
 * attribute could hold as a float only (a slope, an alpha) is a tensor of the net's own type.
 */
#include "model/model.h"

#include "core/arguments.h"
#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Field numbers of onnx.proto. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    OPSET_VERSION = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_OP = 4,
    NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    TYPE_TENSOR = 1,
    TENSOR_TYPE_ELEMENT = 1,
    TENSOR_TYPE_SHAPE = 2,
    SHAPE_DIM = 1,
    DIM_VALUE = 1,
    DIM_PARAM = 2
};
enum { IR_VERSION = 8, OPSET = 13, ELEMENT_FLOAT = 1, ELEMENT_DOUBLE = 11 };
enum { ATTRIBUTE_IS_FLOAT = 1, ATTRIBUTE_IS_INT = 2 };

/* No message of protocol buffers may be longer. */
#define MOST_BYTES 0x7fffffffu

/* ---- protocol buffers -------------------------------------------------------------------- */

static void put_varint(crs__text *text, uint64_t value)
{
    char bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value != 0);
    crs__text_append_bytes(text, bytes, n);
}

static void put_int(crs__text *text, unsigned field, uint64_t value)
{
    put_varint(text, field << 3);
    put_varint(text, value);
}

static void put_bytes(crs__text *text, unsigned field, const void *bytes, size_t n)
{
    put_varint(text, field << 3 | 2);
    put_varint(text, n);
    crs__text_append_bytes(text, bytes, n);
}

static void put_string(crs__text *text, unsigned field, const char *string)
{
    put_bytes(text, field, string, strlen(string));
}

/* A message inside another; `inner` is emptied. */
static void put_message(crs__text *text, unsigned field, crs__text *inner)
{
    text->failed |= inner->failed;
    put_bytes(text, field, inner->length > 0 ? inner->data : "", inner->length);
    crs__free(inner->data);
    memset(inner, 0, sizeof *inner);
}

/* The bits of a number of the net's type, little-endian. */
static void put_value(crs__text *text, crs_dtype dtype, double value)
{
    float single = (float)value;
    uint32_t narrow;
    uint64_t bits;
    char bytes[8];
    size_t size = crs_dtype_size(dtype);
    memcpy(&narrow, &single, sizeof narrow);
    memcpy(&bits, &value, sizeof bits);
    bits = dtype == CRS_F32 ? narrow : bits;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(bits >> 8 * i & 0xff);
    crs__text_append_bytes(text, bytes, size);
}

/* ---- the graph ---------------------------------------------------------------------------- */

typedef struct graph {
    const crs_model *model;
    crs_dtype dtype;
    crs__text text;  /* GraphProto */
    size_t n_values; /* for names: v1, v2, ... */
    char beyond[32]; /* the first tensor that has a number which is not finite, "" */
    char at[32];     /* the value that was made last */
} graph;

/* Numbers for an initializer: value i. */
typedef double number_of(const graph *g, const void *from, size_t i);

static double of_array(const graph *g, const void *from, size_t i)
{
    (void)g;
    return ((const double *)from)[i];
}

static double of_params(const graph *g, const void *from, size_t i)
{
    return crs_net_param(g->model->net, *(const size_t *)from + i);
}

static double of_running(const graph *g, const void *from, size_t i)
{
    return crs__model_running(g->model->net, *(const size_t *)from + i);
}

static void put_tensor(graph *g, const char *name, size_t n_dims, const size_t *dims, number_of *of,
                       const void *from)
{
    crs__text tensor = {0}, raw = {0};
    size_t n = 1;
    for (size_t i = 0; i < n_dims; i++) {
        put_int(&tensor, TENSOR_DIMS, dims[i]);
        n *= dims[i];
    }
    put_int(&tensor, TENSOR_TYPE, g->dtype == CRS_F32 ? ELEMENT_FLOAT : ELEMENT_DOUBLE);
    put_string(&tensor, TENSOR_NAME, name);
    for (size_t i = 0; i < n; i++) {
        double value = of(g, from, i);
        if (!isfinite(g->dtype == CRS_F32 ? (double)(float)value : value) && g->beyond[0] == '\0')
            (void)snprintf(g->beyond, sizeof g->beyond, "%s", name);
        put_value(&raw, g->dtype, value);
    }
    put_message(&tensor, TENSOR_RAW, &raw);
    put_message(&g->text, GRAPH_INITIALIZER, &tensor);
}

/* A vector of n under a name of its own, which is given back. */
static const char *vector(graph *g, char name[32], size_t n, number_of *of, const void *from)
{
    (void)snprintf(name, 32, "c%zu", ++g->n_values);
    put_tensor(g, name, 1, &n, of, from);
    return name;
}

/* A single number, of no dimension. */
static const char *constant(graph *g, char name[32], double value)
{
    (void)snprintf(name, 32, "c%zu", ++g->n_values);
    put_tensor(g, name, 0, NULL, of_array, &value);
    return name;
}

static void put_attribute(crs__text *node, const char *name, int type, int64_t whole, float real)
{
    crs__text attribute = {0};
    put_string(&attribute, ATTRIBUTE_NAME, name);
    if (type == ATTRIBUTE_IS_INT) {
        put_int(&attribute, ATTRIBUTE_I, (uint64_t)whole);
    } else {
        put_varint(&attribute, ATTRIBUTE_F << 3 | 5);
        put_value(&attribute, CRS_F32, (double)real);
    }
    put_int(&attribute, ATTRIBUTE_TYPE, (uint64_t)type);
    put_message(node, NODE_ATTRIBUTE, &attribute);
}

/* g->at becomes op(a, b, c); what is NULL is left out. `extra`: attributes, taken over, or NULL. */
static void node_with(graph *g, const char *op, const char *a, const char *b, const char *c,
                      crs__text *extra)
{
    crs__text node = {0};
    const char *inputs[] = {a, b, c};
    char out[32];
    (void)snprintf(out, sizeof out, "v%zu", ++g->n_values);
    for (size_t i = 0; i < 3 && inputs[i] != NULL; i++)
        put_string(&node, NODE_INPUT, inputs[i]);
    put_string(&node, NODE_OUTPUT, out);
    put_string(&node, NODE_OP, op);
    if (extra != NULL) {
        node.failed |= extra->failed;
        crs__text_append_bytes(&node, extra->length > 0 ? extra->data : "", extra->length);
        crs__free(extra->data);
    }
    put_message(&g->text, GRAPH_NODE, &node);
    memcpy(g->at, out, sizeof out);
}

/* op of what was made last */
static void node(graph *g, const char *op, const char *b)
{
    char a[32];
    memcpy(a, g->at, sizeof a);
    node_with(g, op, a, b, NULL, NULL);
}

static void node_constant(graph *g, const char *op, double value)
{
    char name[32];
    node(g, op, constant(g, name, value));
}

static void clip(graph *g, double lo, double hi)
{
    char a[32], b[32], z[32];
    memcpy(z, g->at, sizeof z);
    constant(g, a, lo);
    constant(g, b, hi);
    node_with(g, "Clip", z, a, b, NULL);
}

/* ---- activations ---------------------------------------------------------------------------- */

/* min(max(z + 3, 0), 6) / 6 */
static void hard_sigmoid(graph *g)
{
    node_constant(g, "Add", 3);
    clip(g, 0, 6);
    node_constant(g, "Div", 6);
}

/* z Phi(z), Phi(z) = (1 + erf(z / sqrt(2))) / 2 */
static void gelu(graph *g, const char *z)
{
    node_constant(g, "Mul", 0.70710678118654752440);
    node(g, "Erf", NULL);
    node_constant(g, "Add", 1);
    node_constant(g, "Mul", 0.5);
    node(g, "Mul", z);
}

/* z sigmoid(2 sqrt(2 / pi) (z + 0.044715 z^3)) */
static void gelu_tanh(graph *g, const char *z)
{
    node(g, "Mul", z);
    node_constant(g, "Mul", 0.071354816272600247);
    node_constant(g, "Add", 1.5957691216057307118);
    node(g, "Mul", z);
    node(g, "Sigmoid", NULL);
    node(g, "Mul", z);
}

/* exp(z) - 1 below 0, times alpha: PRelu multiplies what is negative, and only that is. */
static void elu(graph *g, double alpha)
{
    node(g, "Elu", NULL);
    if (alpha != 1)
        node_constant(g, "PRelu", alpha);
}

static void activate(graph *g, const crs_act *act)
{
    static const char *const ops[CRS_ACT_COUNT] = {
        [CRS_ACT_RELU] = "Relu",       [CRS_ACT_ABS] = "Abs",   [CRS_ACT_SOFTPLUS] = "Softplus",
        [CRS_ACT_SIGMOID] = "Sigmoid", [CRS_ACT_TANH] = "Tanh",
    };
    char z[32];
    memcpy(z, g->at, sizeof z);
    if (ops[act->id] != NULL) {
        node(g, ops[act->id], NULL);
        return;
    }
    switch (act->id) {
    case CRS_ACT_LEAKY_RELU:
        node_constant(g, "PRelu", act->param);
        break;
    case CRS_ACT_RELU6:
        clip(g, 0, 6);
        break;
    case CRS_ACT_HARDTANH:
        clip(g, -1, 1);
        break;
    case CRS_ACT_HARD_SIGMOID:
        hard_sigmoid(g);
        break;
    case CRS_ACT_HARD_SWISH:
        hard_sigmoid(g);
        node(g, "Mul", z);
        break;
    case CRS_ACT_ELU:
        elu(g, act->param);
        break;
    case CRS_ACT_SELU:
        elu(g, 1.6732632423543772848);
        node_constant(g, "Mul", 1.0507009873554804934);
        break;
    case CRS_ACT_GELU:
        gelu(g, z);
        break;
    case CRS_ACT_GELU_TANH:
        gelu_tanh(g, z);
        break;
    case CRS_ACT_SILU:
        node(g, "Sigmoid", NULL);
        node(g, "Mul", z);
        break;
    case CRS_ACT_MISH:
        node(g, "Softplus", NULL);
        node(g, "Tanh", NULL);
        node(g, "Mul", z);
        break;
    default: /* linear */
        break;
    }
}

/* ---- layers ------------------------------------------------------------------------------- */

/* What a float leaves of a shift: x minus both loses no digits. */
static double of_rest(const graph *g, const void *from, size_t i)
{
    double value = ((const double *)from)[i];
    return g->dtype == CRS_F32 ? value - (double)(float)value : 0;
}

static void scale_input(graph *g)
{
    const crs_scaler *scaler = &g->model->scaler;
    char name[32], x[32];
    size_t n = scaler->n_features;
    if (n == 0)
        return;
    if (scaler->fill != NULL) {
        memcpy(x, g->at, sizeof x);
        node(g, "IsNaN", NULL);
        node_with(g, "Where", memcpy((char[32]){0}, g->at, 32),
                  vector(g, name, n, of_array, scaler->fill), x, NULL);
    }
    node(g, "Sub", vector(g, name, n, of_array, scaler->shift));
    if (g->dtype == CRS_F32)
        node(g, "Sub", vector(g, name, n, of_rest, scaler->shift));
    node(g, "Mul", vector(g, name, n, of_array, scaler->scale));
}

/* The attribute is a float: what it lacks of our eps is put into the variance. */
typedef struct variances {
    size_t at;
    double more;
} variances;

static double of_variance(const graph *g, const void *from, size_t i)
{
    const variances *v = from;
    return crs__model_running(g->model->net, v->at + i) + v->more;
}

static void normalise(graph *g, size_t l)
{
    const crs_net *net = g->model->net;
    size_t n = crs_net_width(net, l), gamma = crs_net_gamma_at(net, l),
           beta = crs_net_beta_at(net, l);
    size_t mean = crs_net_running_at(net, l);
    float eps = (float)crs_net_options(net, l)->eps;
    variances v = {mean + n, crs_net_options(net, l)->eps - (double)eps};
    crs__text text = {0};
    char names[4][32], out[32];
    const char *inputs[5] = {NULL};
    inputs[0] = memcpy((char[32]){0}, g->at, 32);
    inputs[1] = vector(g, names[0], n, of_params, &gamma);
    inputs[2] = vector(g, names[1], n, of_params, &beta);
    inputs[3] = vector(g, names[2], n, of_running, &mean);
    inputs[4] = vector(g, names[3], n, of_variance, &v);
    (void)snprintf(out, sizeof out, "v%zu", ++g->n_values);
    for (size_t i = 0; i < 5; i++)
        put_string(&text, NODE_INPUT, inputs[i]);
    put_string(&text, NODE_OUTPUT, out);
    put_string(&text, NODE_OP, "BatchNormalization");
    put_attribute(&text, "epsilon", ATTRIBUTE_IS_FLOAT, 0, eps);
    put_message(&g->text, GRAPH_NODE, &text);
    memcpy(g->at, out, sizeof out);
}

/* z = a W' + b; W under the name that it has in the model's file. */
static void put_dense(graph *g, size_t l)
{
    const crs_net *net = g->model->net;
    size_t dims[2] = {crs_net_width(net, l), crs_net_width(net, l - 1)};
    size_t w = crs_net_weight_at(net, l), b = crs_net_bias_at(net, l);
    crs__text transposed = {0};
    char a[32], weight[32], bias[32];
    memcpy(a, g->at, sizeof a);
    (void)snprintf(weight, sizeof weight, "W%zu", l);
    (void)snprintf(bias, sizeof bias, "b%zu", l);
    put_tensor(g, weight, 2, dims, of_params, &w);
    put_tensor(g, bias, 1, dims, of_params, &b);
    put_attribute(&transposed, "transB", ATTRIBUTE_IS_INT, 1, 0);
    node_with(g, "Gemm", a, weight, bias, &transposed);
}

static void put_output(graph *g)
{
    const crs_scaler *target = &g->model->target;
    char name[32];
    if (crs_net_loss(g->model->net) == CRS_LOSS_BCE)
        node(g, "Sigmoid", NULL);
    if (crs_net_loss(g->model->net) == CRS_LOSS_SOFTMAX) {
        crs__text axis = {0};
        put_attribute(&axis, "axis", ATTRIBUTE_IS_INT, 1, 0);
        node_with(g, "Softmax", memcpy((char[32]){0}, g->at, 32), NULL, NULL, &axis);
    }
    if (target->n_features > 0) {
        double *wide = crs__alloc(target->n_features, sizeof *wide);
        for (size_t i = 0; wide != NULL && i < target->n_features; i++)
            wide[i] = target->scale[i] == 0 ? 0 : 1 / target->scale[i];
        g->text.failed |= wide == NULL;
        if (wide != NULL)
            node(g, "Mul", vector(g, name, target->n_features, of_array, wide));
        crs__free(wide);
        node(g, "Add", vector(g, name, target->n_features, of_array, target->shift));
    }
}

static void put_value_info(graph *g, unsigned field, const char *name, size_t width)
{
    crs__text dim = {0}, shape = {0}, tensor = {0}, type = {0}, value = {0};
    put_string(&dim, DIM_PARAM, "N");
    put_message(&shape, SHAPE_DIM, &dim);
    put_int(&dim, DIM_VALUE, width);
    put_message(&shape, SHAPE_DIM, &dim);
    put_int(&tensor, TENSOR_TYPE_ELEMENT, g->dtype == CRS_F32 ? ELEMENT_FLOAT : ELEMENT_DOUBLE);
    put_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    put_message(&type, TYPE_TENSOR, &tensor);
    put_string(&value, VALUE_NAME, name);
    put_message(&value, VALUE_TYPE, &type);
    put_message(&g->text, field, &value);
}

/* `outputs` is [n_layers] of names: a of each layer, for the skips. */
static void put_graph(graph *g, char (*outputs)[32])
{
    const crs_net *net = g->model->net;
    size_t n = crs_net_layers(net);
    crs__text last = {0};
    put_string(&g->text, GRAPH_NAME, "crease");
    (void)snprintf(g->at, sizeof g->at, "x");
    scale_input(g);
    memcpy(outputs[0], g->at, sizeof g->at);
    for (size_t l = 1; l <= n; l++) {
        put_dense(g, l);
        if (l == n)
            break;
        if (crs_net_options(net, l)->batchnorm)
            normalise(g, l);
        activate(g, crs_net_act(net, l));
        if (crs_net_options(net, l)->skip > 0)
            node(g, "Add", outputs[l - crs_net_options(net, l)->skip]);
        memcpy(outputs[l], g->at, sizeof g->at);
    }
    put_output(g);
    put_string(&last, NODE_INPUT, g->at);
    put_string(&last, NODE_OUTPUT, "y");
    put_string(&last, NODE_OP, "Identity");
    put_message(&g->text, GRAPH_NODE, &last);
    put_value_info(g, GRAPH_INPUT, "x", crs_net_width(net, 0));
    put_value_info(g, GRAPH_OUTPUT, "y", crs_net_width(net, n));
}

crs_status crs_model_export_onnx(const crs_model *model, const crs_sink *sink, crs_error *err)
{
    if (model == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    graph g = {.model = model, .dtype = crs_net_dtype(model->net)};
    crs__text head = {0}, opset = {0};
    char(*outputs)[32] = crs__alloc(crs_net_layers(model->net), sizeof *outputs);
    crs_status status = CRS_ENOMEM;
    if (outputs != NULL) {
        put_graph(&g, outputs);
        put_int(&opset, OPSET_VERSION, OPSET);
        put_int(&head, MODEL_IR_VERSION, IR_VERSION);
        put_string(&head, MODEL_PRODUCER, "crease");
        put_string(&head, MODEL_PRODUCER_VERSION, crs_version());
        put_message(&head, MODEL_OPSET, &opset);
        put_varint(&head, MODEL_GRAPH << 3 | 2);
        put_varint(&head, g.text.length);
    }
    if (outputs == NULL || g.text.failed || head.failed) {
        (void)crs_error_set(err, CRS_ENOMEM, "no memory to write the model as ONNX");
    } else if (g.beyond[0] != '\0') {
        status = crs_error_set(err, CRS_ENONFINITE,
                               "the tensor %s of the ONNX graph has a number that %s does not "
                               "hold: the model cannot be written so",
                               g.beyond, crs_dtype_name(g.dtype));
    } else if (g.text.length > MOST_BYTES - head.length) {
        status = crs_error_set(err, CRS_EUNSUPPORTED,
                               "the net's %zu bytes are more than the 2 GB that ONNX has room for",
                               g.text.length);
    } else {
        status = sink->write(sink->ctx, head.data, head.length);
        if (status == CRS_OK)
            status = sink->write(sink->ctx, g.text.data, g.text.length);
        if (status != CRS_OK)
            (void)crs_error_set(err, status, "the model could not be written as ONNX");
    }
    crs__free(head.data);
    crs__free(g.text.data);
    crs__free(outputs);
    return status;
}
