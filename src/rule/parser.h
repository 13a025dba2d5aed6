/*
 * rule/parser.h - recursive descent over the tokens of a rule, shared by its files:
 * statement.c reads statements, expression.c what operators join, value.c names,
 * numbers and indices, call.c calls.
 *
 * Every parse function returns a node of the graph. After the first error `status`
 * is set, the token no longer advances, and what is returned means nothing.
 */
#ifndef RULE_PARSER_H
#define RULE_PARSER_H

#include "rule/dag.h"
#include "rule/lex.h"
#include "rule/names.h"

/* Most names that a text may assign to. */
#define CRS__PARSER_LOCALS 64

typedef struct crs__parser {
    const char *text;
    const crs__token *tokens;
    size_t at; /* the token to read next */
    crs__dag *dag;
    crs_error *err;
    crs_status status;
    int depth;

    struct {
        crs__word name;
        int node;
    } locals[CRS__PARSER_LOCALS];
    int n_locals;

    int met_upstream;  /* an upstream gradient stood where a value does */
    int layer;         /* the number of the Z and A that were met, or -1 */
    size_t layer_name; /* the token of the first of them */
    int index_mask;    /* inside a masked assignment: its mask, else CRS__DAG_NONE */
} crs__parser;

/*
 * Read a text into `dag`. *node is the value; *complete says that it holds its own
 * upstream gradient, or replaces it, so that it is not to be multiplied by one.
 *
 * Errors: CRS_EPARSE, CRS_ENOMEM.
 */
crs_status crs__parse(const char *text, crs__dag *dag, crs_error *err, int *node, int *complete);

int crs__parse_expression(crs__parser *p);
/* Operators that bind tighter than those of a comparison or product, a power included. */
int crs__parse_unary(crs__parser *p);
/* A name, number, bracket or call with its indices, attributes and methods. */
int crs__parse_value(crs__parser *p);
/*
 * Names up to the last of np.pi, self.Z, layers[i].W, l->delta or cache["Z1"]: steps over
 * them and returns the token of the last name or string.
 */
size_t crs__parse_path(crs__parser *p);

/* `self` of a call that is not a method, and of one that is a method of a weight. */
#define CRS__SELF_NONE CRS__DAG_NONE
#define CRS__SELF_WEIGHT (-2)

/* Is there a function, or an activation, of that name? */
int crs__is_function(const crs__parser *p, size_t token);

/* The call of the function `name`, whose "(" is next; `self` is the object of a method. */
int crs__parse_call(crs__parser *p, size_t name, int self);

/* x op y as NumPy has it: a product of two masks is "and", a sum of two is "or". */
int crs__parse_combine(crs__parser *p, crs__op op, int x, int y);

/* Set the error, at a token, unless there is one. Returns 0, to be returned as a node. */
int crs__parse_fail(crs__parser *p, size_t token, const char *format, ...) CRS_PRINTF(3, 4);

/* How many characters of a token to print, and which: for "%.*s". */
#define CRS__TOKEN_TEXT(p, token)                                           \
    (int)((p)->tokens[token].length < 40 ? (p)->tokens[token].length : 40), \
        (p)->text + (p)->tokens[token].start

int crs__next_is(const crs__parser *p, int sign);
int crs__next_is_word(const crs__parser *p, const char *word);
/* Step over the sign if it is next. */
int crs__accept(crs__parser *p, int sign);
int crs__accept_word(crs__parser *p, const char *word);
/* Step over a sign that must be next, in `where` ("after the mask"). */
void crs__expect(crs__parser *p, int sign, const char *where);
crs__word crs__word_at(const crs__parser *p, size_t token);

/* What was assigned to a name; 0 if nothing was. */
int crs__parser_local(const crs__parser *p, crs__word name, int *node);

/* The token after the bracket that the one at `open` opens; END's if it stays open. */
size_t crs__after_bracket(const crs__parser *p, size_t open);

/* Is what stands in the brackets at `open` an index of loops or layers, i or 0 or :, 1? */
int crs__is_plain_index(const crs__parser *p, size_t open);

/* What the name or string at `token` stands for, locals apart. */
crs__value_kind crs__kind_at(const crs__parser *p, size_t token);

#endif
