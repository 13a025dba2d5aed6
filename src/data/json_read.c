#include "data/json_read.h"

#include "core/memory.h"
#include "data/number.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LEVELS 512
#define NO_PARENT UINT32_MAX

typedef struct parser {
    char *text; /* a copy: names and strings are put together in it */
    size_t n, at;
    crs__json *values;
    uint32_t n_values;
    uint32_t open; /* the array or object that is being read; its `size` is the one around it */
    int levels;
    crs__json_fault *fault;
} parser;

static crs_status refuse(parser *p, size_t at, const char *expected)
{
    p->fault->at = at;
    p->fault->expected = expected;
    return CRS_EFORMAT;
}

static void skip_space(parser *p)
{
    while (p->at < p->n && memchr(" \t\n\r", p->text[p->at], 4) != NULL)
        p->at++;
}

/* NUL at the end, where the copy is terminated. */
static char ahead(const parser *p)
{
    return p->text[p->at];
}

/* ---- strings ---------------------------------------------------------------------------- */

/* Four hexadecimal digits; -1 for anything else. */
static long hex4(const char *at)
{
    long code = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = at[i] == '\0' ? NULL : strchr(digits, at[i]);
        if (digit == NULL)
            return -1;
        code = 16 * code + (digit - digits) % 16;
    }
    return code;
}

static char *put_utf8(char *to, long code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xe0 | code >> 12);
        } else {
            *to++ = (char)(0xf0 | code >> 18);
            *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (code & 0x3f));
    return to;
}

/* What a backslash at p->at stands for; p->at is behind it after. */
static crs_status take_escape(parser *p, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    size_t start = p->at++;
    char letter = ahead(p);
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    long code, low;
    if (found != NULL) {
        *(*to)++ = meant[found - letters];
        p->at++;
        return CRS_OK;
    }
    code = letter == 'u' ? hex4(p->text + p->at + 1) : -1;
    if (code <= 0)
        return refuse(p, start, "an escape of JSON, which is not NUL");
    p->at += 5;
    if (code >= 0xd800 && code < 0xe000) {
        low = code < 0xdc00 && p->text[p->at] == '\\' && p->text[p->at + 1] == 'u'
                  ? hex4(p->text + p->at + 2)
                  : -1;
        if (low < 0xdc00 || low >= 0xe000)
            return refuse(p, start, "both halves of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        p->at += 6;
    }
    *to = put_utf8(*to, code);
    return CRS_OK;
}

/* Bytes of the UTF-8 character at `c`, which is terminated; 0 for anything else. */
static size_t utf8_size(const unsigned char *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    uint32_t code = n < 2 ? c[0] : c[0] & (0x7fu >> n);
    if (c[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (c[i] & 0x3fu);
    }
    return n > 1 && (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) ? 0
                                                                                              : n;
}

/* The string at p->at, a quote; it is put together in its own place. */
static crs_status take_string(parser *p, const char **out, uint32_t *n)
{
    char *start = p->text + ++p->at, *to = start;
    while (ahead(p) != '"') {
        size_t size;
        if (p->at >= p->n)
            return refuse(p, p->at, "the string's end");
        if ((unsigned char)ahead(p) < 0x20)
            return refuse(p, p->at, "no control character in a string");
        if (ahead(p) == '\\') {
            crs_status status = take_escape(p, &to);
            if (status != CRS_OK)
                return status;
            continue;
        }
        size = utf8_size((const unsigned char *)p->text + p->at);
        if (size == 0)
            return refuse(p, p->at, "UTF-8");
        memmove(to, p->text + p->at, size);
        to += size;
        p->at += size;
    }
    p->at++;
    *to = '\0';
    *out = start;
    *n = (uint32_t)(to - start);
    return CRS_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static int skip_digits(parser *p)
{
    size_t start = p->at;
    while (ahead(p) >= '0' && ahead(p) <= '9')
        p->at++;
    return p->at > start;
}

static crs_status take_integer(parser *p, size_t start, crs__json *value)
{
    int negative = p->text[start] == '-';
    uint64_t sum = 0, most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    for (size_t i = start + (size_t)negative; i < p->at; i++) {
        uint64_t digit = (uint64_t)(p->text[i] - '0');
        if (sum > (most - digit) / 10)
            return refuse(p, start, "a whole number of 64 bits");
        sum = 10 * sum + digit;
    }
    value->kind = CRS__JSON_INTEGER;
    value->as.integer = negative ? -(int64_t)(sum / 2) - (int64_t)(sum - sum / 2) : (int64_t)sum;
    return CRS_OK;
}

static crs_status take_number(parser *p, crs__json *value)
{
    size_t start = p->at;
    int is_whole = 1;
    p->at += ahead(p) == '-';
    if (ahead(p) == '0')
        p->at++;
    else if (!skip_digits(p))
        return refuse(p, start, "a number");
    if (ahead(p) == '.') {
        is_whole = 0;
        p->at++;
        if (!skip_digits(p))
            return refuse(p, p->at, "a digit");
    }
    if (ahead(p) == 'e' || ahead(p) == 'E') {
        is_whole = 0;
        p->at++;
        p->at += ahead(p) == '+' || ahead(p) == '-';
        if (!skip_digits(p))
            return refuse(p, p->at, "a digit");
    }
    if (is_whole)
        return take_integer(p, start, value);
    value->kind = CRS__JSON_REAL;
    (void)crs__number_parse(p->text + start, p->text + p->at, &value->as.real);
    if (value->as.real - value->as.real != 0)
        return refuse(p, start, "a number within float64's range");
    return CRS_OK;
}

/* ---- arrays and objects ---------------------------------------------------------------------- */

static int by_key(const void *left, const void *right)
{
    const crs__json *const *a = left, *const *b = right;
    int order = strcmp((*a)->key, (*b)->key);
    return order != 0 ? order : (*a)->at < (*b)->at ? -1 : 1;
}

/* No name twice; reported is the first that was there already. */
static crs_status check_keys(parser *p, const crs__json *object)
{
    const crs__json **members;
    const crs__json *twice = NULL;
    size_t i = 0;
    if (object->n < 2)
        return CRS_OK;
    members = crs__alloc(object->n, sizeof *members);
    if (members == NULL)
        return CRS_ENOMEM;
    for (const crs__json *m = crs__json_first(object); m != NULL; m = crs__json_next(object, m))
        members[i++] = m;
    qsort(members, object->n, sizeof *members, by_key);
    for (i = 1; i < object->n; i++) {
        if (strcmp(members[i - 1]->key, members[i]->key) == 0 &&
            (twice == NULL || members[i]->at < twice->at))
            twice = members[i];
    }
    crs__free(members);
    return twice == NULL ? CRS_OK
                         : refuse(p, (size_t)(twice->key - p->text) - 1,
                                  "another name: this one is there already");
}

static crs_status begin_list(parser *p, crs__json *value, crs__json_kind kind)
{
    if (++p->levels > MAX_LEVELS)
        return refuse(p, p->at, "at most 512 levels");
    value->kind = kind;
    value->size = p->open;
    p->open = (uint32_t)(value - p->values);
    p->at++;
    return CRS_OK;
}

static crs_status end_list(parser *p)
{
    crs__json *list = &p->values[p->open];
    p->open = list->size;
    list->size = p->n_values - (uint32_t)(list - p->values);
    list->end = (uint32_t)++p->at;
    p->levels--;
    return list->kind == CRS__JSON_OBJECT ? check_keys(p, list) : CRS_OK;
}

/* ---- values ------------------------------------------------------------------------------------ */

static crs_status take_word(parser *p, crs__json *value)
{
    static const struct {
        const char *word;
        crs__json_kind kind;
    } words[] = {{"null", CRS__JSON_NULL}, {"false", CRS__JSON_FALSE}, {"true", CRS__JSON_TRUE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i].word);
        if (n <= p->n - p->at && memcmp(p->text + p->at, words[i].word, n) == 0) {
            value->kind = words[i].kind;
            p->at += n;
            return CRS_OK;
        }
    }
    return refuse(p, p->at, "a value");
}

/* The name of a member and its colon. */
static crs_status take_key(parser *p, crs__json *value)
{
    crs_status status;
    if (ahead(p) != '"')
        return refuse(p, p->at, "a name in quotes");
    status = take_string(p, &value->key, &value->n);
    if (status != CRS_OK)
        return status;
    value->n = 0;
    skip_space(p);
    if (ahead(p) != ':')
        return refuse(p, p->at, "':' after a name");
    p->at++;
    skip_space(p);
    return CRS_OK;
}

/* A value, of a list its beginning. */
static crs_status take_value(parser *p)
{
    crs__json *value = &p->values[p->n_values++];
    crs_status status = CRS_OK;
    memset(value, 0, sizeof *value);
    value->size = 1;
    if (p->open != NO_PARENT) {
        p->values[p->open].n++;
        if (p->values[p->open].kind == CRS__JSON_OBJECT)
            status = take_key(p, value);
    }
    if (status != CRS_OK)
        return status;
    value->at = (uint32_t)p->at;
    if (ahead(p) == '{' || ahead(p) == '[')
        return begin_list(p, value, ahead(p) == '{' ? CRS__JSON_OBJECT : CRS__JSON_ARRAY);
    if (ahead(p) == '"') {
        value->kind = CRS__JSON_STRING;
        status = take_string(p, &value->as.string, &value->n);
    } else if (ahead(p) == '-' || (ahead(p) >= '0' && ahead(p) <= '9')) {
        status = take_number(p, value);
    } else {
        status = take_word(p, value);
    }
    value->end = (uint32_t)p->at;
    return status;
}

/* Values until the first is whole; lists that are open are in `values`, not on the stack. */
static crs_status take_all(parser *p)
{
    crs_status status;
    skip_space(p);
    status = take_value(p);
    while (status == CRS_OK && p->open != NO_PARENT) {
        const crs__json *list = &p->values[p->open];
        char last = list->kind == CRS__JSON_OBJECT ? '}' : ']';
        skip_space(p);
        if (ahead(p) == last) {
            status = end_list(p);
            continue;
        }
        if (list->n > 0) {
            if (ahead(p) != ',')
                return refuse(p, p->at, last == '}' ? "',' or '}'" : "',' or ']'");
            p->at++;
            skip_space(p);
        }
        status = take_value(p);
    }
    skip_space(p);
    return status != CRS_OK || p->at == p->n ? status : refuse(p, p->at, "nothing more");
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* As many values as the text can have: one, and one behind each of these. */
static size_t most_values(const char *text, size_t n)
{
    size_t most = 1;
    for (size_t i = 0; i < n; i++)
        most += text[i] == ',' || text[i] == '[' || text[i] == '{';
    return most;
}

crs_status crs__json_read(const char *text, size_t n, crs__json_document *out,
                          crs__json_fault *fault)
{
    parser p = {.n = n, .open = NO_PARENT, .fault = fault};
    crs__number_locale locale;
    crs_status status;
    memset(out, 0, sizeof *out);
    if (n >= UINT32_MAX)
        return refuse(&p, 0, "less than 4 GiB");
    p.text = crs__alloc(n + 1, 1);
    p.values = crs__alloc(most_values(text, n), sizeof *p.values);
    if (p.text == NULL || p.values == NULL || crs__number_enter(&locale) != 0) {
        crs__free(p.text);
        crs__free(p.values);
        return CRS_ENOMEM;
    }
    memcpy(p.text, text, n);
    status = take_all(&p);
    crs__number_leave(&locale);
    out->values = p.values;
    out->bytes = p.text;
    if (status != CRS_OK)
        crs__json_release(out);
    return status;
}

void crs__json_release(crs__json_document *json)
{
    crs__free(json->values);
    crs__free(json->bytes);
    memset(json, 0, sizeof *json);
}

/* ---- looking at it ---------------------------------------------------------------------------------- */

int crs__json_is(const crs__json *value, crs__json_kind kind)
{
    return value != NULL && value->kind == kind;
}

const crs__json *crs__json_first(const crs__json *list)
{
    int is_list = crs__json_is(list, CRS__JSON_ARRAY) || crs__json_is(list, CRS__JSON_OBJECT);
    return is_list && list->n > 0 ? list + 1 : NULL;
}

const crs__json *crs__json_next(const crs__json *list, const crs__json *one)
{
    const crs__json *next = one + one->size;
    return next < list + list->size ? next : NULL;
}

const crs__json *crs__json_member(const crs__json *object, const char *key)
{
    if (!crs__json_is(object, CRS__JSON_OBJECT))
        return NULL;
    for (const crs__json *m = crs__json_first(object); m != NULL; m = crs__json_next(object, m)) {
        if (strcmp(m->key, key) == 0)
            return m;
    }
    return NULL;
}
