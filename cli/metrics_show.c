/* How good predictions are, to read in a terminal. */
#include "metrics_show.h"
#include "say.h"

#include <crease/format.h>

#include <math.h>
#include <string.h>

/* A matrix of more classes fits no terminal. */
#define MAX_CONFUSION 20
/* Heads of columns longer than this become numbers. */
#define MAX_HEAD 6
/* Of more classes those with the lowest F1 are shown. */
#define MAX_ROWS 40
#define N_WORST 20

/* ---- the table ------------------------------------------------------------------------------- */

/* Of UTF-8 text. */
static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static int is_shown(const crs_metrics *m, size_t row)
{
    size_t before = 0;
    double f1;
    if (m->n_classes <= MAX_ROWS || row == m->n_classes)
        return 1;
    f1 = m->per_class[row].f1;
    for (size_t c = 0; c < m->n_classes && before < N_WORST; c++) {
        double other = m->per_class[c].f1;
        before += other < f1 || (isnan(f1) && !isnan(other)) || (other == f1 && c < row) ||
                  (isnan(f1) && isnan(other) && c < row);
    }
    return before < N_WORST;
}

static size_t width_of(const crs_metrics *m, const char *const *names, size_t column)
{
    size_t width = characters(metrics_heading(m, column));
    for (size_t row = 0; row < metrics_rows(m); row++) {
        char text[METRICS_NAME_BYTES];
        metrics_cell(m, names, row, column, text);
        width = characters(text) > width ? characters(text) : width;
    }
    return width;
}

/* Names to the left, numbers to the right. */
static void put_cell(FILE *file, size_t column, size_t width, const char *text)
{
    int space = (int)(width - characters(text));
    if (column == 0)
        say_to(file, "%s%*s", text, space, "");
    else
        say_to(file, "  %*s%s", space, "", text);
}

static void print_table(FILE *file, const crs_metrics *m, const char *const *names)
{
    size_t width[METRICS_MAX_COLUMNS], n = 0;
    for (; metrics_heading(m, n) != NULL; n++)
        width[n] = width_of(m, names, n);
    for (size_t i = 0; i < n; i++)
        put_cell(file, i, width[i], metrics_heading(m, i));
    (void)fputc('\n', file);
    for (size_t row = 0; row < metrics_rows(m); row++) {
        if (!is_shown(m, row))
            continue;
        for (size_t i = 0; i < n; i++) {
            char text[METRICS_NAME_BYTES];
            metrics_cell(m, names, row, i, text);
            put_cell(file, i, width[i], text);
        }
        (void)fputc('\n', file);
    }
    if (m->n_classes > MAX_ROWS)
        say_to(file, "(the %d of %zu with the lowest F1; the mean is of all)\n", N_WORST,
               m->n_classes);
    (void)fputc('\n', file);
    for (size_t i = 0; i < n; i++) {
        const char *explained = metrics_heading_explained(m, i);
        if (explained != NULL)
            say_to(file, "%-11s%s\n", metrics_heading(m, i), explained);
    }
}

/* ---- the confusion matrix ------------------------------------------------------------------- */

static int digits_of(size_t n)
{
    return snprintf(NULL, 0, "%zu", n);
}

/* Rows the truth, columns the prediction; a dot for none. */
static void print_confusion(FILE *file, const crs_metrics *m, const char *const *names)
{
    size_t k = m->n_classes, width = 1, head;
    int numbered, cell, mark;
    char name[METRICS_NAME_BYTES];
    if (k > MAX_CONFUSION) {
        say_to(file, "\nThe confusion matrix of %zu classes is in the JSON and the picture.\n", k);
        return;
    }
    for (size_t c = 0; c < k; c++) {
        head = metrics_name(names, c, name);
        width = head > width ? head : width;
    }
    numbered = names != NULL && width > MAX_HEAD;
    mark = numbered ? digits_of(k - 1) : 0;
    cell = numbered ? mark : (int)width;
    for (size_t i = 0; i < k * k; i++)
        cell = digits_of(m->confusion[i]) > cell ? digits_of(m->confusion[i]) : cell;
    say_to(file, "\nTrue class (rows), and predicted class (columns):\n\n%*s",
           (int)width + (numbered ? mark + 1 : 0), "");
    for (size_t c = 0; c < k; c++) {
        head = metrics_name(numbered ? NULL : names, c, name);
        say_to(file, "  %*s%s", cell - (int)head, "", name);
    }
    (void)fputc('\n', file);
    for (size_t r = 0; r < k; r++) {
        if (numbered)
            say_to(file, "%*zu ", mark, r);
        (void)metrics_name(names, r, name);
        put_cell(file, 0, width, name);
        for (size_t c = 0; c < k; c++) {
            if (m->confusion[r * k + c] == 0)
                say_to(file, "  %*s", cell, ".");
            else
                say_to(file, "  %*zu", cell, m->confusion[r * k + c]);
        }
        (void)fputc('\n', file);
    }
}

/* ---- confidence ------------------------------------------------------------------------------ */

static void print_calibration(FILE *file, const crs_metrics *m)
{
    int begun = 0;
    for (size_t b = CRS_CALIBRATION_BINS; b-- > 0;) {
        const crs_calibration_bin *bin = &m->bins[b];
        char range[16], count[CRS_FORMAT_COUNT_BYTES];
        if (bin->n == 0)
            continue;
        if (!begun++)
            say_to(file, "\nconfidence  predictions     right\n");
        (void)snprintf(range, sizeof range, "%zu-%zu %%", 10 * b, 10 * (b + 1));
        say_to(file, "%10s", range);
        crs_format_count(bin->n, count, sizeof count);
        say_to(file, "%13s%8.2f %%\n", count, 100 * bin->accuracy);
    }
    if (isnan(m->log_loss))
        return;
    say_to(file,
           "\nConfidence and share of right answers differ by %.2f %% on average\n"
           "(calibration error). Log loss %.4f, Brier score %.4f.\n",
           100 * m->calibration_error, m->log_loss, m->brier);
}

static void print_accuracy(FILE *file, const crs_metrics *m)
{
    char right[CRS_FORMAT_COUNT_BYTES], all[CRS_FORMAT_COUNT_BYTES];
    crs_format_count((uint64_t)llround(m->accuracy * (double)m->n), right, sizeof right);
    crs_format_count(m->n, all, sizeof all);
    say_to(file, "%.2f %% right: %s of %s samples%s\n", 100 * m->accuracy, right, all,
           m->task == CRS_TASK_LABELS ? ", with all labels" : "");
}

/* ---- all of it ------------------------------------------------------------------------------ */

void metrics_print(FILE *file, const crs_metrics *metrics, const char *const *names)
{
    if (metrics->n_nan > 0) {
        char count[CRS_FORMAT_COUNT_BYTES];
        crs_format_count(metrics->n_nan, count, sizeof count);
        say_to(file, "Of %s samples a prediction is no number (NaN).\n\n", count);
    }
    if (metrics->task == CRS_TASK_VALUES) {
        print_table(file, metrics, names);
        return;
    }
    print_accuracy(file, metrics);
    (void)fputc('\n', file);
    print_table(file, metrics, names);
    if (metrics->confusion != NULL)
        print_confusion(file, metrics, names);
    else if (metrics->task == CRS_TASK_CLASSES)
        say_to(file, "\nMore than %d classes: no confusion matrix.\n", CRS_METRICS_CONFUSION);
    print_calibration(file, metrics);
}
