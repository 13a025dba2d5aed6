/*
 * Any words of a command line are read or refused in one line, by a table with an option of every
 * kind; the line that makes a result again is one line for a shell; any array is drawn as a map
 * or is too small for one.
 */
#include <crease/arrays.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "fuzz.h"
#include "grads_map.h"
#include "message.h"
#include "options.h"

#define MAX_WORDS 12

typedef struct values {
    bool flag, other;
    size_t count, small;
    double real, share;
    const char *text;
    text_list list;
} values;

static const cli_option table[] = {
    {OPTION_HEADING, 0, NULL, NULL, "Options:", 0, 0, 0},
    {OPTION_FLAG, 'f', "flag", NULL, "on", offsetof(values, flag), 0, 0},
    {OPTION_FLAG, 0, "flame", NULL, "on", offsetof(values, other), 0, 0},
    {OPTION_COUNT, 'n', "count", "N", "any", offsetof(values, count), 0, 1e15},
    {OPTION_COUNT, 0, "small", "N", "few", offsetof(values, small), 1, 10},
    {OPTION_REAL, 'x', "real", "X", "any", offsetof(values, real), 0, 0},
    {OPTION_REAL, 0, "share", "X", "of one", offsetof(values, share), 0, 1},
    {OPTION_TEXT, 'o', "output", "FILE", "where to", offsetof(values, text), 0, 0},
    {OPTION_LIST, 'r', "rule", "RULE", "several", offsetof(values, list), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {.name = "fuzz",
                                  .arguments = "WHAT",
                                  .max_arguments = 3,
                                  .missing = "what?",
                                  .intro = "Intro",
                                  .details = "After",
                                  .options = table};

static void check_values(const values *v)
{
    must(v->count <= 1000000000000000 && (v->small == 0 || v->small <= 10));
    must(isfinite(v->real) && v->share >= 0 && v->share <= 1);
    must(v->list.n <= TEXT_LIST_MAX);
}

/* A shell takes it apart into the same words: quotes are closed, and a backslash is outside them. */
static void check_again(int argc, char **argv)
{
    static const char start[] = "crease fuzz";
    char *text = again_command(start, argc, argv);
    const char *at = text + sizeof start - 1;
    must(text != NULL && strncmp(text, start, sizeof start - 1) == 0);
    for (int i = 0; i < argc; i++) {
        int quoted = 0;
        must(*at++ == ' ');
        for (const char *c = argv[i];;) {
            if (*at == '\'') {
                quoted = !quoted;
                at++;
            } else if (*c == '\0') {
                break;
            } else {
                if (!quoted && *at == '\\')
                    at++;
                must(*at++ == *c++);
            }
        }
        must(!quoted);
    }
    must(*at == '\0');
    free(text);
}

/*
 * In place of message.c, which says the first message of a process alone: what was said since the
 * last input.
 */
static size_t n_said;

exit_status fail(exit_status status, const char *command, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    must(vsnprintf(text, sizeof text, format, args) > 0 && command != NULL);
    va_end(args);
    n_said++;
    return status;
}

exit_status fail_library(const char *command, const crs_error *error)
{
    fuzz_check_line(error->text);
    return fail(EXIT_INPUT, command, "%s", error->text);
}

exit_status exit_status_of(crs_status status)
{
    return status == CRS_OK ? EXIT_DONE : EXIT_INPUT;
}

/* What is refused is refused in one message. */
static void read_words(int argc, char **argv)
{
    values v = {0};
    common_options common;
    size_t n_arguments = 0;
    char **arguments = NULL;
    options_result result;
    n_said = 0;
    result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    must(n_said == (result == OPTIONS_BAD));
    if (result == OPTIONS_RUN) {
        must(n_arguments <= 3 && common.threads >= 0 && common.threads <= 1024);
        check_values(&v);
    }
    must(result == OPTIONS_RUN || options_exit(result) == EXIT_INPUT ||
         options_exit(result) == EXIT_DONE);
}

static void try_words(fuzz_input *in)
{
    static char name[] = "fuzz";
    char *own[MAX_WORDS], *argv[MAX_WORDS + 2];
    int n = 0;
    argv[0] = name;
    while (n < MAX_WORDS && in->left > 0) {
        own[n] = fuzz_text(in);
        argv[n + 1] = own[n];
        n++;
    }
    argv[n + 1] = NULL;
    check_again(n, argv + 1);
    read_words(n + 1, argv);
    for (int i = 0; i < n; i++)
        free(own[i]);
}

static void try_map(fuzz_input *in)
{
    crs_arrays arrays = {0};
    size_t n_dims = fuzz_byte(in) % 5, dims[5], n = 1;
    double *given;
    grads_map map;
    for (size_t i = 0; i < n_dims; i++) {
        dims[i] = fuzz_byte(in) % 80;
        n *= dims[i];
    }
    if (n > 100000)
        return;
    given = calloc(n + 1, sizeof *given);
    must(given != NULL);
    for (size_t i = 0; i < n; i++) {
        unsigned byte = fuzz_byte(in);
        given[i] = byte == 255 ? NAN : byte == 254 ? INFINITY : ((double)byte - 128) / 16;
    }
    must(crs_arrays_add(&arrays, "dW1", CRS_F64, n_dims, dims, given, NULL) == CRS_OK);
    given[n / 2] += 1;
    memset(&map, 0, sizeof map);
    if (grads_map_measure(&arrays.array[0], &map)) {
        must(map.ny > 0 && map.nx > 0);
        must(grads_map_fill(&map, "dW1", arrays.array[0].values, n % 2 == 0 ? given : NULL));
        grads_map_release(&map);
    }
    crs_arrays_release(&arrays);
    free(given);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What commands say is not the fuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    must(freopen("/dev/null", "w", stdout) != NULL);
    return 0;
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    if (fuzz_byte(&in) % 4 == 0)
        try_map(&in);
    else
        try_words(&in);
    return 0;
}
