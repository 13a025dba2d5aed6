#include "options.h"

#include "message.h"
#include "paths.h"
#include "source.h"
#include "suggest.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* argp's keys: the letter where an option has one, else its row above this. */
#define KEY_ROW 0x1000
#define KEY_COMMON_ROW 0x2000

#define HELP_WIDTH 79
#define MAX_OPTIONS 64

typedef struct common_values {
    bool help;
    bool json;
    bool quiet;
    size_t seed;
    size_t threads;
    size_t max_memory;
} common_values;

static size_t max_memory;

size_t options_max_memory(void)
{
    return max_memory;
}

static const cli_option common_table[] = {
    {OPTION_HEADING, 0, NULL, NULL, "For every command:", 0, 0, 0},
    {OPTION_FLAG, 0, "json", NULL, "print the result as one JSON object",
     offsetof(common_values, json), 0, 0},
    {OPTION_COUNT, 0, "seed", "N", "seed of all random numbers: the same seed gives the same bits",
     offsetof(common_values, seed), 0, 4294967295.0},
    {OPTION_COUNT, 0, "threads", "N", "threads to use; changes no result (default: all cores)",
     offsetof(common_values, threads), 1, 1024},
    {OPTION_SIZE, 0, "max-memory", "SIZE",
     "most memory that a file of data may take while it is read, as 500M or 7G (default: 256M and "
     "64 times the file's size)",
     offsetof(common_values, max_memory), 0, 0},
    {OPTION_FLAG, 'q', "quiet", NULL, "no progress bar and no remarks",
     offsetof(common_values, quiet), 0, 0},
    {OPTION_FLAG, 'h', "help", NULL, "print this", offsetof(common_values, help), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

/* What the parsers below share while one command line is read. */
typedef struct reading {
    const command_line *line;
    void *values;
    common_values common;
    size_t n_arguments;
    char **arguments;
    bool reported; /* a message was printed */
} reading;

static bool is_row(const cli_option *row)
{
    return row->kind != OPTION_END && row->kind != OPTION_HEADING;
}

static int key_of(const cli_option *table, size_t i, int key_row)
{
    return table[i].key != 0 ? table[i].key : key_row + (int)i;
}

/* NULL if the key is of no row of the table. */
static const cli_option *row_of_key(const cli_option *table, int key, int key_row)
{
    for (size_t i = 0; table[i].kind != OPTION_END; i++) {
        if (is_row(&table[i]) && key_of(table, i, key_row) == key)
            return &table[i];
    }
    return NULL;
}

/* ---- values ---------------------------------------------------------------- */

static error_t bad(reading *r, const char *name, const char *text, const char *expected)
{
    (void)fail(EXIT_INPUT, r->line->name, "--%s: '%s' is not %s", name, text, expected);
    r->reported = true;
    return EINVAL;
}

static error_t read_count(reading *r, const cli_option *row, const char *text, size_t *out)
{
    char expected[96];
    char *end;
    unsigned long long value;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && (double)value >= row->min &&
        (double)value <= row->max) {
        *out = (size_t)value;
        return 0;
    }
    (void)snprintf(expected, sizeof expected, "a whole number from %.0f to %.0f", row->min,
                   row->max);
    return bad(r, row->name, text, expected);
}

static error_t read_real(reading *r, const cli_option *row, const char *text, double *out)
{
    char expected[96];
    char *end;
    double value = strtod(text, &end);
    bool bounded = row->min < row->max;
    if (end != text && *end == '\0' && isfinite(value) &&
        (!bounded || (value >= row->min && value <= row->max))) {
        *out = value;
        return 0;
    }
    if (bounded)
        (void)snprintf(expected, sizeof expected, "a number from %g to %g", row->min, row->max);
    else
        (void)snprintf(expected, sizeof expected, "a finite number");
    return bad(r, row->name, text, expected);
}

static error_t read_size(reading *r, const cli_option *row, const char *text, size_t *out)
{
    static const char units[] = "KMG";
    char *end;
    const char *unit = NULL;
    unsigned long long value;
    unsigned shift = 0;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (end != text && *end != '\0')
        unit = strchr(units, toupper((unsigned char)*end));
    if (unit != NULL) {
        shift = 10 * (unsigned)(unit - units + 1);
        end++;
    }
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value > 0 &&
        value <= SIZE_MAX >> shift) {
        *out = (size_t)value << shift;
        return 0;
    }
    return bad(r, row->name, text, "a number of bytes such as 500M or 7G");
}

static error_t read_item(reading *r, const cli_option *row, const char *text, text_list *out)
{
    if (out->n == TEXT_LIST_MAX) {
        (void)fail(EXIT_INPUT, r->line->name, "--%s can be given %d times at most", row->name,
                   TEXT_LIST_MAX);
        r->reported = true;
        return EINVAL;
    }
    out->item[out->n++] = text;
    return 0;
}

static error_t take(reading *r, const cli_option *row, char *text, void *values)
{
    void *field = (char *)values + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case OPTION_COUNT:
        return read_count(r, row, text, field);
    case OPTION_REAL:
        return read_real(r, row, text, field);
    case OPTION_SIZE:
        return read_size(r, row, text, field);
    case OPTION_TEXT:
    case OPTION_INPUT:
    case OPTION_NAME:
    case OPTION_OUTPUT:
        *(const char **)field = text;
        return 0;
    case OPTION_LIST:
        return read_item(r, row, text, field);
    case OPTION_END:
    case OPTION_HEADING:
        break;
    }
    return ARGP_ERR_UNKNOWN;
}

/* ---- messages about the command line ----------------------------------------- */

static void CRS_PRINTF(2, 3) report(reading *r, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)fail(EXIT_INPUT, r->line->name, "%s (try `crease %s --help`)", text, r->line->name);
    r->reported = true;
}

/* What a name with or without its "--" could be. */
typedef struct match {
    size_t n;
    const cli_option *first;
    const cli_option *second;
} match;

static void match_prefix(const cli_option *table, const char *name, size_t length, match *m)
{
    for (size_t i = 0; table[i].kind != OPTION_END; i++) {
        const cli_option *row = &table[i];
        if (!is_row(row) || strncmp(row->name, name, length) != 0)
            continue;
        if (row->name[length] == '\0') { /* the whole name beats any prefix */
            m->n = 1;
            m->first = row;
            return;
        }
        m->second = row;
        if (m->n++ == 0)
            m->first = row;
    }
}

static void report_unknown_long(reading *r, const char *name, size_t length)
{
    char typed[64];
    char hint[96] = "";
    suggestion s;
    (void)snprintf(typed, sizeof typed, "%.*s", (int)length, name);
    suggest_begin(&s, typed);
    for (const cli_option *row = r->line->options; row->kind != OPTION_END; row++) {
        if (is_row(row))
            suggest_consider(&s, row->name);
    }
    for (const cli_option *row = common_table; row->kind != OPTION_END; row++) {
        if (is_row(row))
            suggest_consider(&s, row->name);
    }
    if (s.best != NULL)
        (void)snprintf(hint, sizeof hint, ", did you mean '--%s'?", s.best);
    report(r, "no option '--%s'%s", typed, hint);
}

/* Say what is wrong with "--name" or "--name=value"; false if nothing is. */
static bool report_long(reading *r, const char *name)
{
    size_t length = strcspn(name, "=");
    match m = {0, NULL, NULL};
    match_prefix(r->line->options, name, length, &m);
    if (m.n != 1 || m.first->name[length] != '\0')
        match_prefix(common_table, name, length, &m);
    if (m.n == 0)
        report_unknown_long(r, name, length);
    else if (m.n > 1)
        report(r, "the option could be '--%s' or '--%s'", m.first->name, m.second->name);
    else if (m.first->kind == OPTION_FLAG && name[length] == '=')
        report(r, "'--%s' takes no value", m.first->name);
    else if (m.first->kind != OPTION_FLAG && name[length] == '\0')
        report(r, "'--%s' needs a value, %s", m.first->name, m.first->value);
    return r->reported;
}

/* The same for "-abc". */
static bool report_short(reading *r, const char *letters)
{
    for (const char *c = letters; *c != '\0'; c++) {
        const cli_option *row = row_of_key(r->line->options, *c, KEY_ROW);
        if (row == NULL)
            row = row_of_key(common_table, *c, KEY_COMMON_ROW);
        if (row == NULL)
            report(r, "no option '-%c'", *c);
        else if (row->kind == OPTION_FLAG)
            continue;
        else if (c[1] == '\0')
            report(r, "'-%c' needs a value, %s", *c, row->value);
        break;
    }
    return r->reported;
}

/*
 * argp says that reading failed, not on what: it was the word before `next`, or
 * the one at `next` if that is a bundle of letters read in part.
 */
static void report_word(reading *r, const struct argp_state *state)
{
    for (int i = state->next - 1; i <= state->next && i < state->argc && !r->reported; i++) {
        const char *word = state->argv[i];
        if (strncmp(word, "--", 2) == 0)
            (void)report_long(r, word + 2);
        else if (word[0] == '-')
            (void)report_short(r, word + 1);
    }
    if (!r->reported)
        report(r, "cannot read the command line at '%s'", state->argv[state->next - 1]);
}

/* ---- argp -------------------------------------------------------------------- */

static error_t parse_common(int key, char *text, struct argp_state *state)
{
    reading *r = state->input;
    const cli_option *row = row_of_key(common_table, key, KEY_COMMON_ROW);
    return row == NULL ? ARGP_ERR_UNKNOWN : take(r, row, text, &r->common);
}

static void print_help(const reading *r, struct argp_state *state)
{
    char name[64];
    (void)snprintf(name, sizeof name, "crease %s", r->line->name);
    state->name = name;
    state->flags &= ~(unsigned)ARGP_NO_ERRS; /* which silences help as well */
    argp_state_help(state, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC);
}

static error_t parse_command(int key, char *text, struct argp_state *state)
{
    reading *r = state->input;
    const cli_option *row;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = r;
        return 0;
    case ARGP_KEY_SUCCESS:
        if (r->common.help)
            print_help(r, state);
        return 0;
    case ARGP_KEY_ARGS:
        r->n_arguments = (size_t)(state->argc - state->next);
        r->arguments = state->argv + state->next;
        return 0;
    case ARGP_KEY_ERROR:
        if (!r->reported)
            report_word(r, state);
        return 0;
    default:
        row = row_of_key(r->line->options, key, KEY_ROW);
        return row == NULL ? ARGP_ERR_UNKNOWN : take(r, row, text, r->values);
    }
}

/* Leave out what argp says about short options: "-o, --output=FILE" says it. */
static char *filter_help(int key, const char *text, void *input)
{
    (void)input;
    if (key == ARGP_KEY_HELP_DUP_ARGS_NOTE || text == NULL)
        return NULL;
    return strchr(text, text[0]); /* `text` itself, which argp wants back without its const */
}

/* A table as argp wants it; `group` orders the tables in --help. */
static void to_argp(const cli_option *table, int key_row, int group, struct argp_option *out)
{
    size_t i;
    for (i = 0; table[i].kind != OPTION_END && i < MAX_OPTIONS - 1; i++) {
        struct argp_option *o = &out[i];
        memset(o, 0, sizeof *o);
        o->doc = table[i].help;
        if (table[i].kind == OPTION_HEADING) {
            o->group = ++group;
            continue;
        }
        o->name = table[i].name;
        o->key = key_of(table, i, key_row);
        o->arg = table[i].value;
        o->group = group;
    }
    memset(&out[i], 0, sizeof out[i]);
}

static bool too_few_or_many(const reading *r)
{
    const command_line *line = r->line;
    if (r->n_arguments < line->min_arguments)
        (void)fail(EXIT_INPUT, line->name, "%s (try `crease %s --help`)", line->missing,
                   line->name);
    else if (r->n_arguments > line->max_arguments)
        (void)fail(EXIT_INPUT, line->name, "unexpected argument '%s' (try `crease %s --help`)",
                   r->arguments[line->max_arguments], line->name);
    else
        return false;
    return true;
}

/* ---- files ----------------------------------------------------------------------------- */

static const char *file_of(const reading *r, const cli_option *row)
{
    return *(const char *const *)((const char *)r->values + row->offset);
}

static exit_status note_inputs(const reading *r)
{
    exit_status status = EXIT_DONE;
    for (const cli_option *row = r->line->options; row->kind != OPTION_END; row++) {
        const char *path =
            row->kind == OPTION_INPUT || row->kind == OPTION_NAME ? file_of(r, row) : NULL;
        if (path != NULL && status == EXIT_DONE && !source_is_generator(path) &&
            (row->kind == OPTION_INPUT || source_looks_like_file(path)))
            status = paths_input(r->line->name, path);
    }
    for (size_t i = 0; i < r->n_arguments && r->line->arguments_are_inputs; i++) {
        if (status == EXIT_DONE && !source_is_generator(r->arguments[i]))
            status = paths_input(r->line->name, r->arguments[i]);
    }
    return status;
}

/* Before any work: what is read and what is written, and that these are not the same. */
static exit_status check_files(const reading *r)
{
    exit_status status = note_inputs(r);
    for (const cli_option *row = r->line->options; row->kind != OPTION_END; row++) {
        const char *path = row->kind == OPTION_OUTPUT ? file_of(r, row) : NULL;
        if (path != NULL && status == EXIT_DONE)
            status = paths_output(r->line->name, row->name, path);
    }
    return status == EXIT_DONE ? paths_streams(r->line->name) : status;
}

options_result options_read(const command_line *line, int argc, char **argv, common_options *common,
                            void *values, size_t *n_arguments, char ***arguments)
{
    struct argp_option command_options[MAX_OPTIONS];
    struct argp_option shared_options[MAX_OPTIONS];
    char doc[4096];
    reading r = {.line = line, .values = values, .common = {.seed = COUNT_NOT_GIVEN}};
    const struct argp shared = {shared_options, parse_common, NULL, NULL, NULL, NULL, NULL};
    const struct argp_child children[] = {{&shared, 0, NULL, 100}, {NULL, 0, NULL, 0}};
    struct argp parser = {command_options, parse_command, line->arguments, doc, children,
                          filter_help,     NULL};

    exit_status status;

    if (line->options[0].kind == OPTION_END)
        parser.options = NULL; /* argp leaks an empty table */
    to_argp(line->options, KEY_ROW, 0, command_options);
    to_argp(common_table, KEY_COMMON_ROW, 0, shared_options);
    /* argp prints what stands before \v above the options, the rest below them */
    (void)snprintf(doc, sizeof doc, "%s\v%s", line->intro,
                   line->details == NULL ? "" : line->details);

    if (argp_parse(&parser, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT, NULL, &r) !=
        0) {
        if (r.reported)
            return OPTIONS_BAD;
        (void)fail(EXIT_SYSTEM, line->name, "out of memory for the command line");
        return OPTIONS_FAILED;
    }
    if (r.common.help)
        return OPTIONS_SHOWN;
    if (too_few_or_many(&r))
        return OPTIONS_BAD;

    common->json = r.common.json;
    common->quiet = r.common.quiet;
    common->seed_given = r.common.seed != COUNT_NOT_GIVEN;
    common->seed = common->seed_given ? (uint32_t)r.common.seed : 0;
    common->threads = (int)r.common.threads;
    max_memory = r.common.max_memory;
    *n_arguments = r.n_arguments;
    *arguments = r.arguments;
    status = check_files(&r);
    return status == EXIT_DONE ? OPTIONS_RUN : status == EXIT_INPUT ? OPTIONS_BAD : OPTIONS_FAILED;
}

exit_status options_threads(const char *command, const common_options *common, crs_executor *out)
{
    if (crs_executor_threads(common->threads, out) != CRS_OK)
        return fail(EXIT_SYSTEM, command, "out of memory");
    return EXIT_DONE;
}

exit_status options_exit(options_result result)
{
    return result == OPTIONS_SHOWN ? EXIT_DONE : result == OPTIONS_BAD ? EXIT_INPUT : EXIT_SYSTEM;
}
