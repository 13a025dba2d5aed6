/*
 * rule/lex.h - the text of a rule as tokens.
 */
#ifndef RULE_LEX_H
#define RULE_LEX_H

#include <crease/status.h>

typedef enum crs__token_kind {
    CRS__TOKEN_END,
    CRS__TOKEN_BREAK, /* a newline outside of brackets, ; { or } */
    CRS__TOKEN_NUMBER,
    CRS__TOKEN_NAME,
    CRS__TOKEN_STRING, /* start and length are of what is between the quotes */
    CRS__TOKEN_SIGN    /* an operator or bracket: `sign` says which */
} crs__token_kind;

/* A sign of one character is that character; longer ones are these. */
enum {
    CRS__SIGN_POWER = 256, /* ** */
    CRS__SIGN_LE,
    CRS__SIGN_GE,
    CRS__SIGN_EQ,
    CRS__SIGN_NE,
    CRS__SIGN_AND_AND,
    CRS__SIGN_OR_OR,
    CRS__SIGN_ARROW,      /* -> */
    CRS__SIGN_ASSIGN_ADD, /* += and so on */
    CRS__SIGN_ASSIGN_SUB,
    CRS__SIGN_ASSIGN_MUL,
    CRS__SIGN_ASSIGN_DIV,
    CRS__SIGN_ASSIGN_POWER,
    CRS__SIGN_ASSIGN_AND,
    CRS__SIGN_ASSIGN_OR,
    CRS__SIGN_ASSIGN_XOR,
    CRS__SIGN_DOTS /* ... */
};

typedef struct crs__token {
    crs__token_kind kind;
    size_t start, length; /* bytes of the text */
    int sign;
    double value; /* of a number */
    double unit;  /* of its last digit, if it has so many that it stands for a longer one */
} crs__token;

/*
 * Cut `text` into tokens, the last of them END; the array is the caller's (crs__free).
 * Comments, and newlines inside brackets, are left out.
 *
 * Errors: CRS_EPARSE, CRS_ENOMEM.
 */
crs_status crs__lex(const char *text, crs_error *err, crs__token **tokens);

/*
 * Fill `err` for byte `at` of `text`: its column, and its line if the text has several.
 */
crs_status crs__lex_error(const char *text, size_t at, crs_error *err, const char *format, ...)
    CRS_PRINTF(4, 5);

#endif
