/* crease check grads: the result in words. */
#include "check_grads.h"

#include "prose.h"
#include "say.h"
#include "suggest.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Columns of what stands before a sentence. */
#define LABEL 9

/* ---- what the report shows too ------------------------------------------------------- */

size_t check_grads_count(const crs_diagnosis *found, crs_array_verdict verdict)
{
    size_t n = 0;
    for (size_t i = 0; i < found->n_arrays; i++)
        n += found->arrays[i].verdict == verdict;
    return n;
}

bool check_grads_is_wrong(const crs_diagnosis *found)
{
    return found->n_bugs > 0 || check_grads_count(found, CRS_ARRAY_MISMATCH) > 0;
}

/* "one array", "12 arrays" */
static void format_arrays(size_t n, char *text, size_t size)
{
    if (n == 1)
        (void)snprintf(text, size, "one array");
    else
        (void)snprintf(text, size, "%zu arrays", n);
}

void check_grads_summary(const grads_check *c, char *text, size_t size)
{
    const crs_diagnosis *found = c->found;
    size_t wrong = check_grads_count(found, CRS_ARRAY_MISMATCH);
    size_t kinks = check_grads_count(found, CRS_ARRAY_KINK);
    size_t right = check_grads_count(found, CRS_ARRAY_MATCH) + kinks;
    size_t undecided = check_grads_count(found, CRS_ARRAY_UNDECIDED), at;
    char number[32];
    format_arrays(wrong > 0 ? right + wrong : right, number, sizeof number);
    if (wrong > 0)
        at = (size_t)snprintf(text, size,
                              "Something is wrong: of %s that could be checked, %zu %s not what %s "
                              "should be.",
                              number, wrong, wrong == 1 ? "is" : "are", wrong == 1 ? "it" : "they");
    else if (right > 0)
        at = (size_t)snprintf(text, size, "%s: %s could be checked, and %s from those before it.",
                              undecided > 0 ? "Nothing wrong was found" : "Nothing is wrong",
                              number, right == 1 ? "follows" : "each follows");
    else
        at = (size_t)snprintf(text, size, "No array could be checked.");
    if (kinks > 0 && at < size)
        at += (size_t)snprintf(text + at, size - at,
                               " %zu differ%s only where a z is exactly on a kink, and within the "
                               "slopes there: that is allowed.",
                               kinks, kinks == 1 ? "s" : "");
    if (undecided > 0 && at < size)
        (void)snprintf(text + at, size - at, " %zu could not be decided.", undecided);
}

/* Is `word`, whatever its case, one of those that underscores part in `name`? */
static bool has_word(const char *name, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = name; at != NULL; at = strchr(at, '_')) {
        at += at != name;
        if (strcspn(at, "_") == length && strncasecmp(at, word, length) == 0)
            return true;
    }
    return false;
}

const char *check_grads_suggest(const grads_check *c, const char *unused)
{
    static const char *const data[] = {"X", "Y"};
    const crs_diagnosis *found = c->found;
    suggestion s;
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++) {
        if (has_word(unused, data[i]) && crs_arrays_find(c->arrays, data[i]) == NULL)
            return data[i]; /* train_x */
    }
    suggest_begin(&s, unused);
    for (size_t i = 0; i < found->n_arrays; i++) {
        const crs_diagnosis_array *array = &found->arrays[i];
        if (array->verdict != CRS_ARRAY_NOT_GIVEN)
            continue;
        if (has_word(unused, array->name)) /* my_dW1 */
            return array->name;
        suggest_consider(&s, array->name);
    }
    return s.best;
}

/* ---- the table ------------------------------------------------------------------------- */

typedef enum column { ARRAY, VERDICT, ERROR, WRONG, FROM, N_COLUMNS } column;

static const char *const headings[N_COLUMNS] = {[ARRAY] = "array",
                                                [VERDICT] = "verdict",
                                                [ERROR] = "error",
                                                [WRONG] = "wrong",
                                                [FROM] = "from"};

const char *check_grads_heading(size_t i)
{
    return i < N_COLUMNS ? headings[i] : NULL;
}

/* A shape that no right array has: there is nothing to compare it with. */
static bool has_odd_shape(const crs_diagnosis_array *array)
{
    return array->verdict == CRS_ARRAY_MISMATCH && array->n_wrong == 0;
}

/* An error is a share, and only its size is of interest. */
static void format_error(const crs_diagnosis_array *array, char *text, size_t size)
{
    if (array->verdict == CRS_ARRAY_UNDECIDED || array->verdict == CRS_ARRAY_NOT_GIVEN ||
        has_odd_shape(array))
        (void)snprintf(text, size, "-");
    else
        (void)snprintf(text, size, array->error == 0 ? "0" : "%.1e", array->error);
}

void check_grads_cell(const crs_diagnosis_array *array, size_t i, char *text, size_t size)
{
    char wrong[CRS_FORMAT_COUNT_BYTES], n[CRS_FORMAT_COUNT_BYTES];
    text[0] = '\0';
    switch ((column)i) {
    case ARRAY:
        (void)crs_format_printable(array->name, strlen(array->name), text, size);
        break;
    case VERDICT:
        (void)snprintf(text, size, "%s", crs_array_verdict_name(array->verdict));
        break;
    case ERROR:
        format_error(array, text, size);
        break;
    case WRONG:
        crs_format_count(array->n_wrong, wrong, sizeof wrong);
        crs_format_count(array->n, n, sizeof n);
        if (array->n_wrong > 0)
            (void)snprintf(text, size, "%s of %s", wrong, n);
        else if (has_odd_shape(array))
            (void)snprintf(text, size, "its shape");
        break;
    case FROM:
        (void)snprintf(text, size, array->given_upstream ? "given arrays" : "computed ones");
        break;
    case N_COLUMNS:
        break;
    }
}

/* ---- printing ---------------------------------------------------------------------------- */

static void cell(const crs_diagnosis_array *array, size_t i, char *text, size_t size)
{
    if (array == NULL)
        (void)snprintf(text, size, "%s", headings[i]);
    else
        check_grads_cell(array, i, text, size);
}

static void print_row(const crs_diagnosis_array *array, const size_t *width)
{
    char text[128];
    for (size_t i = 0; i < N_COLUMNS; i++) {
        int is_number = i == ERROR || i == WRONG;
        if (width[i] == 0)
            continue;
        cell(array, i, text, sizeof text);
        if (i + 1 == N_COLUMNS)
            say("  %s", text);
        else
            say(is_number ? "  %*s" : "  %-*s", (int)width[i], text);
    }
    (void)putchar('\n');
}

static bool is_listed(const crs_diagnosis_array *array)
{
    return array->verdict != CRS_ARRAY_NOT_GIVEN;
}

static void print_table(const grads_check *c)
{
    const crs_diagnosis *found = c->found;
    size_t width[N_COLUMNS];
    char text[128];
    for (size_t i = 0; i < N_COLUMNS; i++) {
        width[i] = strlen(headings[i]);
        for (size_t k = 0; k < found->n_arrays; k++) {
            cell(&found->arrays[k], i, text, sizeof text);
            if (is_listed(&found->arrays[k]) && strlen(text) > width[i])
                width[i] = strlen(text);
        }
    }
    if (check_grads_count(found, CRS_ARRAY_MISMATCH) == 0)
        width[WRONG] = 0;
    print_row(NULL, width);
    for (size_t k = 0; k < found->n_arrays; k++) {
        if (is_listed(&found->arrays[k]))
            print_row(&found->arrays[k], width);
    }
}

/* `text` paragraph by paragraph, the label before the first. */
static void print_labelled(const char *label, const char *text)
{
    char shown[2048];
    (void)snprintf(shown, sizeof shown, "%s", text);
    for (char *at = shown; at != NULL; label = "") {
        char *end = strchr(at, '\n');
        if (end != NULL)
            *end++ = '\0';
        say("%-*s", LABEL, label);
        prose_print(at, LABEL);
        at = end;
    }
}

static bool has_reason(const crs_diagnosis_array *array)
{
    return is_listed(array) && array->reason[0] != '\0';
}

bool check_grads_reason(const crs_diagnosis *found, size_t i, char *names, size_t size)
{
    const crs_diagnosis_array *array = &found->arrays[i];
    size_t at = 0;
    if (!has_reason(array))
        return false;
    for (size_t k = 0; k < found->n_arrays && at < size; k++) {
        if (!has_reason(&found->arrays[k]) || strcmp(found->arrays[k].reason, array->reason) != 0)
            continue;
        if (k < i)
            return false; /* said there */
        at += (size_t)snprintf(names + at, size - at, "%s%s", at > 0 ? ", " : "",
                               found->arrays[k].name);
    }
    return true;
}

static void print_reasons(const crs_diagnosis *found, crs_array_verdict verdict, const char *label)
{
    char names[1024], text[sizeof names + sizeof found->arrays->reason + 2];
    bool is_first = true;
    for (size_t k = 0; k < found->n_arrays; k++) {
        if (found->arrays[k].verdict != verdict ||
            !check_grads_reason(found, k, names, sizeof names))
            continue;
        if (is_first)
            (void)putchar('\n');
        is_first = false;
        (void)snprintf(text, sizeof text, "%s: %s", names, found->arrays[k].reason);
        print_labelled(label, text);
    }
}

void check_grads_layers(const crs_diagnosis_bug *bug, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    if (bug->n_layers < 2) {
        if (bug->layer > 0)
            (void)snprintf(text, size, ", layer %zu", bug->layer);
        return;
    }
    for (size_t i = 0; i < bug->n_layers && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%zu",
                               i == 0                   ? ", layers "
                               : i + 1 == bug->n_layers ? " and "
                                                        : ", ",
                               bug->layers[i]);
}

static void print_bug(const crs_diagnosis_bug *bug, bool is_first)
{
    char text[sizeof bug->sentence], layers[256];
    check_grads_layers(bug, layers, sizeof layers);
    (void)snprintf(text, sizeof text, "%s%s: %s", bug->array, layers, bug->id);
    (void)putchar('\n');
    print_labelled(is_first ? "wrong" : "then", text);
    print_labelled("", bug->sentence);
    if (bug->line[0] != '\0')
        print_labelled("write", bug->line);
    if (bug->has_counterexample)
        print_labelled("example", bug->counterexample.text);
    if (bug->explains < 1 && strcmp(bug->id, "unknown") != 0) {
        (void)snprintf(text, sizeof text, "%.4g %% of the wrong elements", 100 * bug->explains);
        print_labelled("explains", text);
    }
    for (size_t i = 0; i < bug->n_also; i++) {
        (void)snprintf(text, sizeof text, "%s: %s", bug->also[i].id, bug->also[i].why);
        print_labelled(i == 0 ? "or" : "", text);
    }
    if (bug->n_also > 0)
        print_labelled("", "Your arrays fit each of these; your code tells which it is.");
}

static void print_findings(const crs_diagnosis *found)
{
    for (size_t i = 0; i < found->n_findings; i++) {
        (void)putchar('\n');
        print_labelled("note", found->findings[i].sentence);
    }
}

/* Arrays that nothing was done with. */
static void print_unused(const grads_check *c)
{
    const crs_diagnosis *found = c->found;
    char text[2048];
    size_t at = 0;
    for (size_t i = 0; i < found->n_unused && at < sizeof text; i++) {
        const char *meant = check_grads_suggest(c, found->unused[i]);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i == 0 ? "" : ", ",
                               found->unused[i]);
        if (meant != NULL && at < sizeof text)
            at += (size_t)snprintf(text + at, sizeof text - at, " (did you mean %s?)", meant);
    }
    if (found->n_unused > 0 || c->arrays->skipped != NULL)
        (void)putchar('\n');
    if (found->n_unused > 0)
        print_labelled("unused", text);
    if (c->arrays->skipped != NULL)
        print_labelled("left out", c->arrays->skipped);
}

void check_grads_print(const grads_check *c)
{
    const crs_diagnosis *found = c->found;
    char text[1024];
    print_labelled("read as", found->read_as);
    (void)putchar('\n');
    print_table(c);
    (void)putchar('\n');
    check_grads_summary(c, text, sizeof text);
    prose_print(text, 0);
    for (size_t i = 0; i < found->n_bugs; i++)
        print_bug(&found->bugs[i], i == 0);
    print_reasons(found, CRS_ARRAY_MISMATCH, "also");
    print_reasons(found, CRS_ARRAY_KINK, "kink");
    print_reasons(found, CRS_ARRAY_UNDECIDED, "open");
    print_findings(found);
    print_unused(c);
}
