#include "rule/parser.h"

#include "core/memory.h"

#include <crease/rule.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what all parts of the parser use ---- */

int crs__parse_fail(crs__parser *p, size_t token, const char *format, ...)
{
    char text[sizeof p->err->text];
    va_list args;
    if (p->status != CRS_OK)
        return 0;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    p->status = crs__lex_error(p->text, p->tokens[token].start, p->err, "%s", text);
    return 0;
}

crs__word crs__word_at(const crs__parser *p, size_t token)
{
    const crs__token *t = &p->tokens[token];
    crs__word word = {p->text + t->start, t->length};
    const char *brace = t->kind == CRS__TOKEN_STRING ? memchr(word.text, '{', word.length) : NULL;
    if (brace != NULL) /* f"Z{l}" */
        word.length = (size_t)(brace - word.text);
    return word;
}

int crs__next_is(const crs__parser *p, int sign)
{
    return p->tokens[p->at].kind == CRS__TOKEN_SIGN && p->tokens[p->at].sign == sign;
}

int crs__next_is_word(const crs__parser *p, const char *word)
{
    return p->tokens[p->at].kind == CRS__TOKEN_NAME && crs__word_is(crs__word_at(p, p->at), word);
}

int crs__accept(crs__parser *p, int sign)
{
    int is_next = p->status == CRS_OK && crs__next_is(p, sign);
    p->at += (size_t)is_next;
    return is_next;
}

int crs__accept_word(crs__parser *p, const char *word)
{
    int is_next = p->status == CRS_OK && crs__next_is_word(p, word);
    p->at += (size_t)is_next;
    return is_next;
}

static int at_end_of_statement(const crs__parser *p)
{
    return p->tokens[p->at].kind == CRS__TOKEN_BREAK || p->tokens[p->at].kind == CRS__TOKEN_END;
}

void crs__expect(crs__parser *p, int sign, const char *where)
{
    if (crs__accept(p, sign) || p->status != CRS_OK)
        return;
    if (at_end_of_statement(p))
        crs__parse_fail(p, p->at, "the line ends: expected '%c' %s", sign, where);
    else
        crs__parse_fail(p, p->at, "unexpected '%.*s': expected '%c' %s", CRS__TOKEN_TEXT(p, p->at),
                        sign, where);
}

static int same_word(crs__word a, crs__word b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

int crs__parser_local(const crs__parser *p, crs__word name, int *node)
{
    for (int i = 0; i < p->n_locals; i++) {
        if (same_word(p->locals[i].name, name)) {
            *node = p->locals[i].node;
            return 1;
        }
    }
    return 0;
}

size_t crs__after_bracket(const crs__parser *p, size_t open)
{
    int depth = 0;
    for (size_t i = open; p->tokens[i].kind != CRS__TOKEN_END; i++) {
        int sign = p->tokens[i].kind == CRS__TOKEN_SIGN ? p->tokens[i].sign : 0;
        depth += (sign == '(' || sign == '[') - (sign == ')' || sign == ']');
        if (depth == 0)
            return i + 1;
        open = i + 1;
    }
    return open;
}

crs__value_kind crs__kind_at(const crs__parser *p, size_t token)
{
    int layer;
    if (p->tokens[token].kind != CRS__TOKEN_NAME && p->tokens[token].kind != CRS__TOKEN_STRING)
        return CRS__VALUE_UNKNOWN;
    return crs__name_value(crs__word_at(p, token), &layer);
}

static int is_loop_name(const crs__parser *p, size_t token)
{
    static const char *const names[] = {"i", "j", "k", "l", "n", "m", "b", "t", "idx", "index"};
    int node;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (crs__word_is(crs__word_at(p, token), names[i]))
            return !crs__parser_local(p, crs__word_at(p, token), &node);
    }
    return 0;
}

int crs__is_plain_index(const crs__parser *p, size_t open)
{
    size_t end = crs__after_bracket(p, open);
    if (p->tokens[end - 1].kind != CRS__TOKEN_SIGN || p->tokens[end - 1].sign != ']')
        return 0;
    for (size_t i = open + 1; i + 1 < end; i++) {
        const crs__token *token = &p->tokens[i];
        int plain_sign = token->kind == CRS__TOKEN_SIGN &&
                         (token->sign == ':' || token->sign == ',' || token->sign == '-' ||
                          token->sign == '+' || token->sign == CRS__SIGN_DOTS);
        if (!plain_sign && token->kind != CRS__TOKEN_NUMBER &&
            !(token->kind == CRS__TOKEN_NAME && is_loop_name(p, i)))
            return 0;
    }
    return 1;
}

/* ---- statements ---- */

static void skip_statement(crs__parser *p)
{
    while (!at_end_of_statement(p))
        p->at++;
}

/* The assignment sign of the statement that is next, outside of brackets; 0 if it has none. */
static size_t find_assignment(const crs__parser *p)
{
    int depth = 0;
    for (size_t i = p->at; p->tokens[i].kind != CRS__TOKEN_END; i++) {
        int sign = p->tokens[i].kind == CRS__TOKEN_SIGN ? p->tokens[i].sign : 0;
        depth += (sign == '(' || sign == '[') - (sign == ')' || sign == ']');
        if (p->tokens[i].kind == CRS__TOKEN_BREAK)
            return 0;
        if (depth == 0 &&
            (sign == '=' || (sign >= CRS__SIGN_ASSIGN_ADD && sign <= CRS__SIGN_ASSIGN_XOR)))
            return i;
    }
    return 0;
}

static void set_local(crs__parser *p, size_t token, int node)
{
    crs__word name = crs__word_at(p, token);
    for (int i = 0; i < p->n_locals; i++) {
        if (same_word(p->locals[i].name, name)) {
            p->locals[i].node = node;
            return;
        }
    }
    if (p->n_locals == CRS__PARSER_LOCALS) {
        crs__parse_fail(p, token, "one name too many: expected assignments to at most %d",
                        CRS__PARSER_LOCALS);
        return;
    }
    p->locals[p->n_locals].name = name;
    p->locals[p->n_locals++].node = node;
}

/* What a name holds before it is changed in place: a gradient, the upstream one. */
static int value_before(crs__parser *p, size_t token)
{
    crs__value_kind kind = crs__kind_at(p, token);
    int node;
    if (crs__parser_local(p, crs__word_at(p, token), &node))
        return node;
    if (kind == CRS__VALUE_UPSTREAM || kind == CRS__VALUE_GRADIENT) {
        p->met_upstream = 1;
        return crs__dag_leaf(p->dag, CRS__OP_UPSTREAM);
    }
    return crs__parse_fail(p, token,
                           "'%.*s' has no value yet: expected an assignment before, such as "
                           "%.*s = np.zeros_like(Z), or dZ",
                           CRS__TOKEN_TEXT(p, token), CRS__TOKEN_TEXT(p, token));
}

static int combine(crs__parser *p, int sign, int before, int value)
{
    static const crs__op ops[] = {
        [CRS__SIGN_ASSIGN_ADD - CRS__SIGN_ASSIGN_ADD] = CRS__OP_ADD,
        [CRS__SIGN_ASSIGN_SUB - CRS__SIGN_ASSIGN_ADD] = CRS__OP_SUB,
        [CRS__SIGN_ASSIGN_MUL - CRS__SIGN_ASSIGN_ADD] = CRS__OP_MUL,
        [CRS__SIGN_ASSIGN_DIV - CRS__SIGN_ASSIGN_ADD] = CRS__OP_DIV,
        [CRS__SIGN_ASSIGN_POWER - CRS__SIGN_ASSIGN_ADD] = CRS__OP_POW,
        [CRS__SIGN_ASSIGN_AND - CRS__SIGN_ASSIGN_ADD] = CRS__OP_AND,
        [CRS__SIGN_ASSIGN_OR - CRS__SIGN_ASSIGN_ADD] = CRS__OP_OR,
        [CRS__SIGN_ASSIGN_XOR - CRS__SIGN_ASSIGN_ADD] = CRS__OP_XOR,
    };
    return crs__parse_combine(p, ops[sign - CRS__SIGN_ASSIGN_ADD], before, value);
}

/* dZ1 = ... with Z2 or A2 in it is a mask of another layer. */
static void check_layer(crs__parser *p, size_t target)
{
    int layer;
    crs__value_kind kind = crs__name_value(crs__word_at(p, target), &layer);
    if (kind == CRS__VALUE_GRADIENT && layer >= 0 && p->layer >= 0 && layer != p->layer)
        crs__parse_fail(p, p->layer_name,
                        "'%.*s' is of another layer than '%.*s': expected Z%d "
                        "or A%d",
                        CRS__TOKEN_TEXT(p, p->layer_name), CRS__TOKEN_TEXT(p, target), layer,
                        layer);
}

/* The mask of dZ[mask] = ...; CRS__DAG_NONE for an index of loops. */
static int parse_target_index(crs__parser *p)
{
    size_t open = p->at;
    int mask;
    if (!crs__next_is(p, '['))
        return CRS__DAG_NONE;
    if (crs__is_plain_index(p, open)) {
        p->at = crs__after_bracket(p, open);
        return CRS__DAG_NONE;
    }
    p->at++;
    mask = crs__parse_expression(p);
    crs__expect(p, ']', "to close the index");
    if (p->status == CRS_OK && !crs__dag_is_mask(p->dag, mask))
        return crs__parse_fail(p, open + 1,
                               "an index that is no comparison: expected a mask, "
                               "dZ[Z <= 0] = 0");
    return mask;
}

/* name = value, name[mask] *= value; the sign is at `assign`. Returns the new value of the name. */
static int parse_assignment(crs__parser *p, size_t assign)
{
    size_t target = crs__parse_path(p);
    int mask, value, before, sign = p->tokens[assign].sign;
    if (p->tokens[target].kind != CRS__TOKEN_NAME && p->tokens[target].kind != CRS__TOKEN_STRING)
        return crs__parse_fail(p, target, "'%.*s' cannot be assigned to: expected a name",
                               CRS__TOKEN_TEXT(p, target));
    mask = parse_target_index(p);
    if (p->status == CRS_OK && p->at != assign)
        return crs__parse_fail(p, p->at, "unexpected '%.*s': expected '=' after the name",
                               CRS__TOKEN_TEXT(p, p->at));
    p->at = assign + 1;
    before = sign != '=' || mask != CRS__DAG_NONE ? value_before(p, target) : 0;
    p->index_mask = mask;
    value = crs__parse_expression(p);
    p->index_mask = CRS__DAG_NONE;
    if (sign != '=')
        value = combine(p, sign, before, value);
    if (p->status == CRS_OK && mask != CRS__DAG_NONE)
        value = crs__dag_op(p->dag, CRS__OP_SELECT, value, before, mask);
    check_layer(p, target);
    if (p->status == CRS_OK)
        set_local(p, target, value);
    return value;
}

/* "Z, W, b = cache": names that stand for what they are called. Steps over it, or returns 0. */
static int skip_unpacking(crs__parser *p, size_t assign)
{
    static const char *const sources[] = {"cache",         "linear_cache", "activation_cache",
                                          "saved_tensors", "ctx",          "inputs_cache"};
    crs__word source = crs__word_at(p, assign + 1);
    int node, is_source = 0;
    if (p->tokens[assign].sign != '=' || p->tokens[assign + 1].kind != CRS__TOKEN_NAME ||
        crs__parser_local(p, source, &node))
        return 0;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        is_source |= crs__word_is(source, sources[i]);
    if (!is_source ||
        (p->tokens[assign + 2].kind == CRS__TOKEN_SIGN && p->tokens[assign + 2].sign == '['))
        return 0;
    skip_statement(p);
    return 1;
}

/* Weights' and biases' gradients, and what goes on to the layer before: not of this layer. */
static int is_other_gradient(const crs__parser *p)
{
    crs__word name = crs__word_at(p, p->at);
    if (p->tokens[p->at].kind != CRS__TOKEN_NAME || name.length < 2)
        return 0;
    if (name.length > 5 && memcmp(name.text + name.length - 5, "_prev", 5) == 0)
        return 1;
    return name.text[0] == 'd' && (name.text[1] == 'W' || name.text[1] == 'w' ||
                                   (name.text[1] == 'b' && name.length <= 4));
}

static int next_is_one_of(const crs__parser *p, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (crs__next_is_word(p, *words))
            return 1;
    }
    return 0;
}

/* Words that begin a statement which says nothing about values; texts; decorators. */
static int is_passed_over(const crs__parser *p)
{
    static const char *const words[] = {"assert", "import", "from", "global",
                                        "pass",   "print",  "del",  NULL};
    return next_is_one_of(p, words) || p->tokens[p->at].kind == CRS__TOKEN_STRING ||
           crs__next_is(p, '@');
}

/* A rule is one computation for every element: it does not branch or loop by statements. */
static int is_control_flow(const crs__parser *p)
{
    static const char *const words[] = {"if",    "elif", "else", "for",    "while", "with",
                                        "class", "try",  "do",   "switch", NULL};
    return next_is_one_of(p, words);
}

static int next_is_type(const crs__parser *p)
{
    static const char *const types[] = {"const",  "static", "inline", "auto", "float",
                                        "double", "int",    "void",   NULL};
    return next_is_one_of(p, types) && p->tokens[p->at + 1].kind == CRS__TOKEN_NAME;
}

/* "def f(dA, cache):", "static float f(float z) {" and the type of a C declaration. */
static void skip_header(crs__parser *p)
{
    int typed = 0;
    if (crs__accept_word(p, "def")) {
        while (!crs__next_is(p, '(') && !at_end_of_statement(p))
            p->at++;
        if (crs__next_is(p, '('))
            p->at = crs__after_bracket(p, p->at);
        while (!crs__next_is(p, ':') && !at_end_of_statement(p))
            p->at++;
        crs__expect(p, ':', "after the names of the function");
        return;
    }
    for (; next_is_type(p); typed = 1)
        p->at++;
    if (typed && p->tokens[p->at + 1].kind == CRS__TOKEN_SIGN && p->tokens[p->at + 1].sign == '(')
        p->at = crs__after_bracket(p, p->at + 1);
}

/* What a text has said so far. */
typedef struct outcome {
    int node; /* CRS__DAG_NONE while there is no value */
    int done; /* a return was read */
} outcome;

static void parse_statement(crs__parser *p, outcome *out)
{
    size_t assign;
    skip_header(p);
    if (at_end_of_statement(p))
        return;
    if (is_passed_over(p)) {
        skip_statement(p);
        return;
    }
    if (is_control_flow(p)) {
        crs__parse_fail(p, p->at,
                        "'%.*s' is not understood: expected one computation for all "
                        "elements, with where(mask, x, y) or dZ[mask] = ... to choose",
                        CRS__TOKEN_TEXT(p, p->at));
        return;
    }
    if (crs__accept_word(p, "return")) {
        out->node = crs__parse_expression(p);
        out->done = 1;
        if (crs__accept(p, ','))
            skip_statement(p);
        return;
    }
    assign = find_assignment(p);
    if (assign == 0)
        out->node = crs__parse_expression(p);
    else if (is_other_gradient(p))
        skip_statement(p);
    else if (!skip_unpacking(p, assign))
        out->node = parse_assignment(p, assign);
}

static void parse_statements(crs__parser *p, outcome *out)
{
    while (p->status == CRS_OK && !out->done) {
        size_t start;
        while (p->tokens[p->at].kind == CRS__TOKEN_BREAK)
            p->at++;
        if (p->tokens[p->at].kind == CRS__TOKEN_END)
            break;
        start = p->at;
        parse_statement(p, out);
        if (p->status == CRS_OK && p->dag->status == CRS_ENOMEM)
            p->status = crs_error_set(p->err, CRS_ENOMEM, "no memory to read a rule");
        else if (p->dag->status != CRS_OK)
            crs__parse_fail(p, start, "too long a computation: expected at most %d operations",
                            CRS_RULE_MAX_STEPS);
        if (!at_end_of_statement(p))
            crs__parse_fail(p, p->at, "unexpected '%.*s': expected an operator or the end",
                            CRS__TOKEN_TEXT(p, p->at));
    }
    if (p->status == CRS_OK && out->node == CRS__DAG_NONE)
        crs__parse_fail(p, p->at,
                        "no rule: expected a derivative such as Z > 0, or "
                        "dZ = dA * (Z > 0)");
}

crs_status crs__parse(const char *text, crs__dag *dag, crs_error *err, int *node, int *complete)
{
    crs__token *tokens;
    crs__parser p = {.text = text, .dag = dag, .err = err};
    outcome out = {CRS__DAG_NONE, 0};
    p.layer = -1;
    p.index_mask = CRS__DAG_NONE;
    p.status = crs__lex(text, err, &tokens);
    if (p.status != CRS_OK)
        return p.status;
    p.tokens = tokens;
    parse_statements(&p, &out);
    crs__free(tokens);
    *node = out.node;
    *complete = p.met_upstream;
    return p.status;
}
