#include "rule/lex.h"

#include "core/memory.h"

#include <crease/rule.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A decimal number with this many digits is somebody's constant cut off (0.7978845608
 * for sqrt(2 / pi)): it is known to one unit of its last digit, not exactly.
 */
#define CUT_OFF_DIGITS 7

typedef struct lexer {
    const char *text;
    size_t at;
    int brackets; /* how many are open */
    crs__token *tokens;
    size_t n;
    crs_error *err;
} lexer;

crs_status crs__lex_error(const char *text, size_t at, crs_error *err, const char *format, ...)
{
    char said[sizeof err->text];
    va_list args;
    if (err == NULL)
        return CRS_EPARSE;
    va_start(args, format);
    (void)vsnprintf(said, sizeof said, format, args);
    va_end(args);
    for (char *c = said; *c != '\0'; c++) { /* a quoted token may span lines */
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    }
    (void)crs_error_set(err, CRS_EPARSE, "%s", said); /* which makes it printable */
    err->column = at + 1;
    if (strchr(text, '\n') == NULL)
        return CRS_EPARSE;
    err->line = 1;
    err->column = 1;
    for (size_t i = 0; i < at; i++) {
        err->column++;
        if (text[i] == '\n') {
            err->line++;
            err->column = 1;
        }
    }
    return CRS_EPARSE;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static crs__token *put(lexer *l, crs__token_kind kind, size_t length)
{
    crs__token *token = &l->tokens[l->n++];
    token->kind = kind;
    token->start = l->at;
    token->length = length;
    l->at += length;
    return token;
}

/* A comment to the end of the line, or between slash-star and star-slash. */
static int skip_comment(lexer *l)
{
    const char *rest = l->text + l->at;
    int starts_statement = l->n == 0 || l->tokens[l->n - 1].kind == CRS__TOKEN_BREAK;
    if (rest[0] == '#' || (rest[0] == '/' && rest[1] == '/' && starts_statement)) {
        l->at += strcspn(rest, "\n");
        return 1;
    }
    if (rest[0] == '/' && rest[1] == '*') {
        const char *end = strstr(rest + 2, "*/");
        l->at += end == NULL ? strlen(rest) : (size_t)(end - rest) + 2;
        return 1;
    }
    return 0;
}

/* The digits of a number: how many bytes, how many of them count, where the last stands. */
static size_t number_length(const char *s, int *digits, int *last_place)
{
    size_t i = 0;
    int places = 0, point = 0;
    *digits = 0;
    for (; is_digit(s[i]) || (s[i] == '.' && !point) || (s[i] == '_' && is_digit(s[i + 1])); i++) {
        if (s[i] == '.') {
            point = 1;
        } else if (s[i] != '_') {
            *digits += *digits > 0 || s[i] != '0';
            places += point;
        }
    }
    *last_place = -places;
    if (s[i] == 'e' || s[i] == 'E') {
        size_t sign = s[i + 1] == '+' || s[i + 1] == '-';
        if (is_digit(s[i + 1 + sign])) {
            long exponent = strtol(s + i + 1, NULL, 10);
            *last_place += (int)(exponent < -1000 ? -1000 : exponent > 1000 ? 1000 : exponent);
            for (i += 1 + sign; is_digit(s[i]);)
                i++;
        }
    }
    return i;
}

/* strtod, whatever the locale's decimal point is */
static double read_decimal(const char *s, size_t length)
{
    char digits[CRS_RULE_MAX_BYTES + 1];
    const struct lconv *locale = localeconv();
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (s[i] == '.')
            digits[n++] = locale->decimal_point[0];
        else if (s[i] != '_')
            digits[n++] = s[i];
    }
    digits[n] = '\0';
    return strtod(digits, NULL);
}

static crs_status lex_number(lexer *l)
{
    const char *s = l->text + l->at;
    int digits, last_place;
    size_t length = number_length(s, &digits, &last_place), suffix = 0;
    crs__token *token;
    while (s[length + suffix] != '\0' && strchr("fFlLuU", s[length + suffix]) != NULL)
        suffix++;
    if (is_letter(s[length + suffix]) || is_digit(s[length + suffix]) || s[length + suffix] == '.')
        return crs__lex_error(l->text, l->at + length, l->err,
                              "a number that goes on with '%c': expected an operator after it",
                              s[length + suffix]);
    token = put(l, CRS__TOKEN_NUMBER, length + suffix);
    token->value = read_decimal(s, length);
    if (digits >= CUT_OFF_DIGITS && last_place < 0)
        token->unit = pow(10, last_place);
    return CRS_OK;
}

/* '...', "..." and their triples, with any prefix letter taken off before. */
static crs_status lex_string(lexer *l)
{
    const char *s = l->text + l->at;
    size_t quotes = s[1] == s[0] && s[2] == s[0] ? 3 : 1, i = quotes;
    crs__token *token;
    while (s[i] != '\0' && strncmp(s + i, s, quotes) != 0 && (quotes == 3 || s[i] != '\n'))
        i++;
    if (s[i] != s[0])
        return crs__lex_error(l->text, l->at, l->err, "a string that does not end: expected %c",
                              s[0]);
    token = put(l, CRS__TOKEN_STRING, i + quotes);
    token->start += quotes;
    token->length -= 2 * quotes;
    return CRS_OK;
}

static void lex_name(lexer *l)
{
    const char *s = l->text + l->at;
    size_t length = 0;
    while (is_letter(s[length]) || is_digit(s[length]))
        length++;
    if (length == 1 && strchr("fFrRbBuU", s[0]) != NULL && (s[1] == '"' || s[1] == '\''))
        l->at++; /* f"Z{l}": the string comes next */
    else
        put(l, CRS__TOKEN_NAME, length);
}

/* Longest first. */
static const struct {
    const char *text;
    int sign;
} signs[] = {
    {"**=", CRS__SIGN_ASSIGN_POWER},
    {"...", CRS__SIGN_DOTS},
    {"**", CRS__SIGN_POWER},
    {"<=", CRS__SIGN_LE},
    {">=", CRS__SIGN_GE},
    {"==", CRS__SIGN_EQ},
    {"!=", CRS__SIGN_NE},
    {"&&", CRS__SIGN_AND_AND},
    {"||", CRS__SIGN_OR_OR},
    {"->", CRS__SIGN_ARROW},
    {"+=", CRS__SIGN_ASSIGN_ADD},
    {"-=", CRS__SIGN_ASSIGN_SUB},
    {"*=", CRS__SIGN_ASSIGN_MUL},
    {"/=", CRS__SIGN_ASSIGN_DIV},
    {"&=", CRS__SIGN_ASSIGN_AND},
    {"|=", CRS__SIGN_ASSIGN_OR},
    {"^=", CRS__SIGN_ASSIGN_XOR},
};

static crs_status lex_sign(lexer *l)
{
    const char *s = l->text + l->at;
    int sign = (unsigned char)s[0];
    size_t length = 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs && length == 1; i++) {
        if (strncmp(s, signs[i].text, strlen(signs[i].text)) == 0) {
            sign = signs[i].sign;
            length = strlen(signs[i].text);
        }
    }
    if (s[0] == '/' && s[1] == '/')
        return crs__lex_error(l->text, l->at, l->err,
                              "'//' is a whole-number division in Python and a comment in C: "
                              "expected '/'");
    if (length == 1 && strchr("+-*/@%<>=!~&|^?:.,()[]", s[0]) == NULL) {
        if (sign < 32 || sign > 126)
            return crs__lex_error(l->text, l->at, l->err,
                                  "a character that is not plain ASCII (byte 0x%02x): expected a "
                                  "name, a number or an operator such as > >= * -",
                                  (unsigned)sign);
        return crs__lex_error(l->text, l->at, l->err,
                              "unexpected '%c': expected a name, a number or an operator", s[0]);
    }
    if (length == 1 && strchr("([", s[0]) != NULL)
        l->brackets++;
    if (length == 1 && strchr(")]", s[0]) != NULL && l->brackets > 0)
        l->brackets--;
    put(l, CRS__TOKEN_SIGN, length)->sign = sign;
    return CRS_OK;
}

static crs_status lex_one(lexer *l)
{
    const char *s = l->text + l->at;
    if (*s == ' ' || *s == '\t' || *s == '\r' || (*s == '\n' && l->brackets > 0)) {
        l->at++;
    } else if (s[0] == '\\' && (s[1] == '\n' || (s[1] == '\r' && s[2] == '\n'))) {
        l->at += s[1] == '\n' ? 2 : 3;
    } else if (*s == '\n' || *s == ';' || *s == '{' || *s == '}') {
        put(l, CRS__TOKEN_BREAK, 1);
    } else if (is_digit(*s) || (*s == '.' && is_digit(s[1]))) {
        return lex_number(l);
    } else if (is_letter(*s)) {
        lex_name(l);
    } else if (*s == '"' || *s == '\'') {
        return lex_string(l);
    } else if (!skip_comment(l)) {
        return lex_sign(l);
    }
    return CRS_OK;
}

crs_status crs__lex(const char *text, crs_error *err, crs__token **tokens)
{
    lexer l = {.text = text, .err = err};
    size_t length = strlen(text);
    crs_status status = CRS_OK;
    *tokens = NULL;
    if (length > CRS_RULE_MAX_BYTES)
        return crs__lex_error(text, CRS_RULE_MAX_BYTES, err,
                              "a rule of %zu bytes: expected at most %d", length,
                              CRS_RULE_MAX_BYTES);
    l.tokens = crs__alloc(length + 1, sizeof *l.tokens); /* a token is a byte at least */
    if (l.tokens == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory to read a rule");
    while (status == CRS_OK && text[l.at] != '\0')
        status = lex_one(&l);
    if (status != CRS_OK) {
        crs__free(l.tokens);
        return status;
    }
    put(&l, CRS__TOKEN_END, 0);
    *tokens = l.tokens;
    return CRS_OK;
}
