#include "rule/parser.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- names ---- */

/* Z1 and A1 of one rule belong to one layer; Z2 beside A1 is a mask of another layer. */
static void note_layer(crs__parser *p, size_t token, int layer)
{
    if (layer < 0)
        return;
    if (p->layer < 0) {
        p->layer = layer;
        p->layer_name = token;
    } else if (p->layer != layer) {
        crs__parse_fail(p, token, "'%.*s' is of layer %d, but '%.*s' is of layer %d: expected one",
                        CRS__TOKEN_TEXT(p, token), layer, CRS__TOKEN_TEXT(p, p->layer_name),
                        p->layer);
    }
}

static int unknown_name(crs__parser *p, size_t token)
{
    crs__word name = crs__word_at(p, token);
    const char *nearest = crs__name_nearest(name);
    if (crs__name_is_reserved(name))
        return crs__parse_fail(p, token,
                               "'%.*s' is not understood here: expected a value, or "
                               "where(mask, x, y) to choose",
                               CRS__TOKEN_TEXT(p, token));
    if (name.length > 5 && memcmp(name.text + name.length - 5, "_prev", 5) == 0)
        return crs__parse_fail(p, token,
                               "'%.*s' is the layer's input: expected Z, what the activation is "
                               "applied to, or A, what it gives",
                               CRS__TOKEN_TEXT(p, token));
    return crs__parse_fail(p, token,
                           "unknown name '%.*s'%s%s%s: expected Z (pre-activation), A "
                           "(activation), dA (upstream gradient), a number or a function",
                           CRS__TOKEN_TEXT(p, token), nearest ? " (did you mean '" : "",
                           nearest ? nearest : "", nearest ? "'?)" : "");
}

/* W2.T @ dZ2: the upstream gradient; a weight has no other use. */
static int parse_weight(crs__parser *p, size_t name)
{
    while (p->status == CRS_OK && crs__accept(p, '.')) {
        size_t method = p->at;
        const crs__call *call = crs__name_call(crs__word_at(p, method));
        if (p->tokens[method].kind != CRS__TOKEN_NAME)
            break;
        p->at++;
        if (!crs__next_is(p, '('))
            continue; /* W.T */
        if (call != NULL && call->kind == CRS__CALL_PRODUCT)
            return crs__parse_call(p, method, CRS__SELF_WEIGHT);
        p->at = crs__after_bracket(p, p->at); /* W.t(), W.transpose(1, 0) */
    }
    if (crs__accept(p, '@')) {
        crs_status status = CRS_OK;
        int right = crs__parse_unary(p);
        if (p->status == CRS_OK && crs__dag_upstream(p->dag, right, &status) <= CRS__UPSTREAM_FREE)
            return crs__parse_fail(p, name,
                                   "a product of '%.*s' with no gradient: expected "
                                   "W.T @ dZ, the upstream gradient",
                                   CRS__TOKEN_TEXT(p, name));
        return crs__dag_leaf(p->dag, CRS__OP_UPSTREAM);
    }
    return crs__parse_fail(p, name,
                           "'%.*s' on its own: expected a matrix product with the "
                           "upstream gradient, np.dot(W.T, dZ) or W.T @ dZ",
                           CRS__TOKEN_TEXT(p, name));
}

/* A local, or what a name stands for from the start. */
static int parse_name(crs__parser *p, size_t token)
{
    crs__word name = crs__word_at(p, token);
    double value;
    int node, layer;
    if (crs__parser_local(p, name, &node))
        return node;
    if (crs__word_is(name, "True") || crs__word_is(name, "true") || crs__word_is(name, "False") ||
        crs__word_is(name, "false"))
        return crs__dag_truth_value(p->dag, name.text[0] == 'T' || name.text[0] == 't');
    switch (crs__name_value(name, &layer)) {
    case CRS__VALUE_Z:
        note_layer(p, token, layer);
        return crs__dag_leaf(p->dag, CRS__OP_Z);
    case CRS__VALUE_A:
        note_layer(p, token, layer);
        return crs__dag_leaf(p->dag, CRS__OP_A);
    case CRS__VALUE_UPSTREAM:
    case CRS__VALUE_GRADIENT:
        p->met_upstream = 1;
        return crs__dag_leaf(p->dag, CRS__OP_UPSTREAM);
    case CRS__VALUE_WEIGHT:
        return parse_weight(p, token);
    case CRS__VALUE_UNKNOWN:
        break;
    }
    if (crs__name_constant(name, &value))
        return crs__dag_const_within(p->dag, value, nextafter(value, -INFINITY),
                                     nextafter(value, INFINITY));
    return unknown_name(p, token);
}

/* Is "name.x" an x that `name` holds (self.Z, ctx.input, layer->delta), not a method of a value? */
static int is_container(const crs__parser *p, size_t token)
{
    crs__word name = crs__word_at(p, token);
    int node, layer;
    return !crs__parser_local(p, name, &node) &&
           (crs__name_is_module(name) || crs__name_value(name, &layer) == CRS__VALUE_UNKNOWN);
}

/* Step over ".name" or "->name" behind an object that is no value; the token of the name, or 0. */
static size_t step_into(crs__parser *p)
{
    size_t dot = p->at;
    if (crs__next_is(p, '[') && crs__is_plain_index(p, dot)) /* layers[i].Z */
        dot = crs__after_bracket(p, dot);
    if (p->tokens[dot].kind != CRS__TOKEN_SIGN ||
        (p->tokens[dot].sign != '.' && p->tokens[dot].sign != CRS__SIGN_ARROW) ||
        p->tokens[dot + 1].kind != CRS__TOKEN_NAME)
        return 0;
    p->at = dot + 2;
    return dot + 1;
}

size_t crs__parse_path(crs__parser *p)
{
    size_t token = p->at;
    if (p->tokens[token].kind != CRS__TOKEN_NAME)
        return token;
    p->at++;
    while (is_container(p, token)) {
        size_t inner = step_into(p);
        if (inner == 0)
            break;
        token = inner;
    }
    if (crs__next_is(p, '[') && p->tokens[p->at + 1].kind == CRS__TOKEN_STRING) {
        token = p->at + 1;
        p->at = crs__after_bracket(p, p->at);
    }
    return token;
}

static int unknown_function(crs__parser *p, size_t token)
{
    const char *nearest = crs__name_nearest(crs__word_at(p, token));
    return crs__parse_fail(p, token,
                           "unknown function '%.*s'%s%s%s: expected one such as where, maximum, "
                           "exp, sign, or an activation",
                           CRS__TOKEN_TEXT(p, token), nearest ? " (did you mean '" : "",
                           nearest ? nearest : "", nearest ? "'?)" : "");
}

static int parse_named(crs__parser *p)
{
    size_t token = crs__parse_path(p);
    if (!crs__next_is(p, '('))
        return parse_name(p, token);
    return crs__is_function(p, token) ? crs__parse_call(p, token, CRS__SELF_NONE)
                                      : unknown_function(p, token);
}

/* ---- brackets, numbers, and what follows a value ---- */

/* (float)x, (int)x: the token of the type if a cast is next, else 0. */
static size_t cast_type(const crs__parser *p)
{
    crs__word name = crs__word_at(p, p->at + 1);
    int is_type =
        p->tokens[p->at + 1].kind == CRS__TOKEN_NAME &&
        (crs__word_is(name, "float") || crs__word_is(name, "double") || crs__word_is(name, "int"));
    const crs__token *after = &p->tokens[p->at + 2];
    return is_type && after->kind == CRS__TOKEN_SIGN && after->sign == ')' ? p->at + 1 : 0;
}

static int parse_bracket(crs__parser *p)
{
    size_t type = cast_type(p);
    int node;
    if (type != 0) {
        p->at += 3;
        node = crs__parse_unary(p);
        if (p->status != CRS_OK)
            return 0;
        return crs__word_is(crs__word_at(p, type), "int")
                   ? crs__dag_op(p->dag, CRS__OP_TRUNC, node, CRS__DAG_NONE, CRS__DAG_NONE)
                   : crs__dag_number(p->dag, node);
    }
    p->at++;
    node = crs__parse_expression(p);
    crs__expect(p, ')', "to close the bracket");
    return node;
}

static int parse_number(crs__parser *p)
{
    const crs__token *token = &p->tokens[p->at++];
    double value = token->value, unit = token->unit;
    if (unit == 0)
        return crs__dag_const(p->dag, value);
    return crs__dag_const_within(p->dag, value, nextafter(value - unit, -INFINITY),
                                 nextafter(value + unit, INFINITY));
}

/* x[...]: a loop's index changes nothing; the mask of a masked assignment picks its elements. */
static int parse_index(crs__parser *p, int value)
{
    size_t open = p->at;
    int mask;
    if (crs__is_plain_index(p, open)) {
        p->at = crs__after_bracket(p, open);
        return value;
    }
    p->at++;
    mask = crs__parse_expression(p);
    crs__expect(p, ']', "to close the index");
    if (p->status == CRS_OK && (p->index_mask == CRS__DAG_NONE || mask != p->index_mask))
        return crs__parse_fail(p, open,
                               "an index that picks elements: expected it only as in "
                               "dZ[mask] = dA[mask], with one mask");
    return value;
}

/* x.astype(int): the type that an argument names. */
static int parse_conversion(crs__parser *p, int value)
{
    size_t end = crs__after_bracket(p, p->at);
    int node = crs__dag_number(p->dag, value);
    for (; p->at < end; p->at++) {
        crs__word type = crs__word_at(p, p->at);
        int whole =
            (type.length >= 3 && memcmp(type.text, "int", 3) == 0) || crs__word_is(type, "long");
        if (p->tokens[p->at].kind != CRS__TOKEN_NAME && p->tokens[p->at].kind != CRS__TOKEN_STRING)
            continue;
        if (whole)
            node = crs__dag_op(p->dag, CRS__OP_TRUNC, value, CRS__DAG_NONE, CRS__DAG_NONE);
        else if (crs__word_is(type, "bool") || crs__word_is(type, "bool_"))
            node = crs__dag_mask(p->dag, value);
    }
    return node;
}

static int is_conversion(crs__word name)
{
    return crs__word_is(name, "astype") || crs__word_is(name, "to") || crs__word_is(name, "type") ||
           crs__word_is(name, "type_as");
}

/* x.method(...), or an attribute that is the same array. */
static int parse_member(crs__parser *p, int value)
{
    size_t name = ++p->at;
    crs__word word = crs__word_at(p, name);
    if (p->tokens[name].kind != CRS__TOKEN_NAME)
        return crs__parse_fail(p, name,
                               "'.' without a name: expected a method such as "
                               ".astype(float)");
    p->at++;
    if (crs__next_is(p, '(')) {
        if (is_conversion(word))
            return parse_conversion(p, value);
        if (crs__is_function(p, name))
            return crs__parse_call(p, name, value);
        return crs__parse_fail(p, name,
                               "unknown method '.%.*s': expected one such as "
                               ".astype(float), .copy(), .clip(0, 1)",
                               CRS__TOKEN_TEXT(p, name));
    }
    if (crs__word_is(word, "data") || crs__word_is(word, "values") || crs__word_is(word, "real"))
        return value;
    if (crs__word_is(word, "T"))
        return crs__parse_fail(p, name,
                               "'.T' turns an array: expected it only in a matrix product, "
                               "np.dot(W.T, dZ)");
    return crs__parse_fail(p, name,
                           "'.%.*s' is no value of each element: expected a method such "
                           "as .astype(float)",
                           CRS__TOKEN_TEXT(p, name));
}

int crs__parse_value(crs__parser *p)
{
    const crs__token *token = &p->tokens[p->at];
    int node;
    if (p->status != CRS_OK)
        return 0;
    if (token->kind == CRS__TOKEN_NUMBER)
        node = parse_number(p);
    else if (token->kind == CRS__TOKEN_NAME)
        node = parse_named(p);
    else if (crs__next_is(p, '('))
        node = parse_bracket(p);
    else if (token->kind == CRS__TOKEN_END || token->kind == CRS__TOKEN_BREAK)
        return crs__parse_fail(p, p->at, "the line ends: expected a value such as Z, A, dA or 0");
    else
        return crs__parse_fail(p, p->at,
                               "'%.*s' where a value is due: expected one such as Z, A, "
                               "dA, 0 or (...)",
                               CRS__TOKEN_TEXT(p, p->at));
    while (p->status == CRS_OK) {
        if (crs__next_is(p, '['))
            node = parse_index(p, node);
        else if (crs__next_is(p, '.'))
            node = parse_member(p, node);
        else
            break;
    }
    return node;
}
