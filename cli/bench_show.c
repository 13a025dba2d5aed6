/* crease bench: the figures, as a table to read and as JSON. */
#include "bench.h"
#include "json.h"
#include "say.h"

#include <crease/info.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- figures of a case ------------------------------------------------------------------ */

static int by_size(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return (*p > *q) - (*p < *q);
}

/* Sorts x. */
static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_size);
    return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

bench_figures bench_figures_of(const bench_case *c)
{
    bench_figures f = {NAN, NAN, NAN, NAN, NAN};
    double seconds[BENCH_ROUNDS], peak[BENCH_ROUNDS], share[BENCH_ROUNDS];
    size_t n = c->n_rounds;
    if (n == 0)
        return f;
    for (size_t i = 0; i < n; i++) {
        seconds[i] = c->seconds[i];
        peak[i] = c->peak[i];
        share[i] = c->flop / c->seconds[i] / c->peak[i];
    }
    f.seconds = median(seconds, n);
    f.least = seconds[0];
    f.most = seconds[n - 1];
    f.peak = median(peak, n);
    if (c->flop > 0 && !bench_is_limit(c))
        f.share = median(share, n);
    return f;
}

bool bench_is_limit(const bench_case *c)
{
    return strcmp(c->group, "machine") == 0;
}

double bench_load(void)
{
    double load = NAN;
    FILE *file = fopen("/proc/loadavg", "r");
    char text[64];
    if (file == NULL)
        return load;
    if (fgets(text, sizeof text, file) != NULL)
        load = strtod(text, NULL);
    (void)fclose(file);
    return load;
}

/* ---- as a table ------------------------------------------------------------------------- */

/* The unit in which `seconds` is a number from 1 to 1000, and how many are in a second. */
static const char *time_unit(double seconds, double *per_second)
{
    static const char *const names[] = {"s", "ms", "us", "ns"};
    size_t i = 0;
    *per_second = 1;
    while (i < 3 && seconds * *per_second < 1) {
        *per_second *= 1000;
        i++;
    }
    return names[i];
}

static void print_limit(const bench_case *c)
{
    bench_figures f = bench_figures_of(c);
    say("  %-12s %7.1f %-8s %6.1f to %6.1f   %s\n", c->name, 1e-9 / f.seconds,
        c->flop > 0 ? "GFLOP/s" : "GB/s", 1e-9 / f.most, 1e-9 / f.least, c->what);
}

static void print_case(const bench_case *c)
{
    bench_figures f = bench_figures_of(c);
    double scale;
    const char *unit = time_unit(f.seconds, &scale);
    say("  %-43s %6.*f %2s/%-9s", c->name, f.seconds * scale < 10 ? 2 : 1, f.seconds * scale, unit,
        c->unit);
    say(" %6.*f to %6.*f", f.least * scale < 10 ? 2 : 1, f.least * scale,
        f.most * scale < 10 ? 2 : 1, f.most * scale);
    if (isnan(f.share))
        say("   %6s", "");
    else
        say("   %4.1f %%", 100 * f.share);
    if (!isnan(c->cost))
        say("   cost %.4f, accuracy %.4f", c->cost, c->accuracy);
    say("%s%s\n", c->result[0] != '\0' ? "   " : "", c->result);
}

void bench_print(const bench_list *list, const bench_setting *setting)
{
    const char *group = "";
    crs_info info;
    crs_info_get(&info);
    say("crease %s, %s, kernels %s, %d thread%s, %s\n", info.version, info.compiler, info.cpu_level,
        setting->threads, setting->threads == 1 ? "" : "s", info.gemm);
    say("%d rounds turn by turn, about %g s a case; median, least to most", BENCH_ROUNDS,
        setting->seconds);
    if (!isnan(setting->load))
        say("; load when it began: %.2f", setting->load);
    (void)puts(".\n%: share of the FMA peak, measured just before each.");
    for (size_t i = 0; i < list->n; i++) {
        const bench_case *c = &list->cases[i];
        if (!c->selected)
            continue;
        if (strcmp(group, c->group) != 0)
            say("\n%s\n", c->group);
        group = c->group;
        if (bench_is_limit(c))
            print_limit(c);
        else
            print_case(c);
    }
}

/* ---- as JSON ---------------------------------------------------------------------------- */

static json_t *limit_json(const bench_case *c)
{
    bench_figures f = bench_figures_of(c);
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:o}", "name", c->name, "what", c->what,
                     "dtype", crs_dtype_name(c->dtype), "threads", c->executor.workers, "unit",
                     c->flop > 0 ? "GFLOP/s" : "GB/s", "median", json_number(1e-9 / f.seconds),
                     "least", json_number(1e-9 / f.most), "most", json_number(1e-9 / f.least));
}

static json_t *case_json(const bench_case *c)
{
    bench_figures f = bench_figures_of(c);
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:i, s:o, s:o, s:o}", "name", c->name,
                            "group", c->group, "what", c->what, "dtype", crs_dtype_name(c->dtype),
                            "threads", c->executor.workers, "unit", c->unit, "rounds",
                            (int)c->n_rounds, "seconds", json_number(f.seconds), "least",
                            json_number(f.least), "most", json_number(f.most));
    json_t *rest = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "gflops",
        json_number(c->flop > 0 ? 1e-9 * c->flop / f.seconds : (double)NAN), "gbytes_per_second",
        json_number(c->bytes > 0 ? 1e-9 * c->bytes / f.seconds : (double)NAN), "peak_gflops",
        json_number(1e-9 * f.peak), "share", json_number(f.share), "cost", json_number(c->cost),
        "accuracy", json_number(c->accuracy), "result",
        json_text(c->result[0] != '\0' ? c->result : NULL));
    if (row != NULL && rest != NULL)
        (void)json_object_update(row, rest);
    json_decref(rest);
    return row;
}

/* The rows of the machine itself, or of crease's work. */
static json_t *rows_json(const bench_list *list, bool limits)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < list->n && rows != NULL; i++) {
        const bench_case *c = &list->cases[i];
        if (!c->selected || bench_is_limit(c) != limits)
            continue;
        if (json_array_append_new(rows, limits ? limit_json(c) : case_json(c)) != 0) {
            json_decref(rows);
            rows = NULL;
        }
    }
    return rows;
}

json_t *bench_json(const bench_list *list, const bench_setting *setting)
{
    crs_info info;
    crs_info_get(&info);
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:f, s:o, s:o, s:o}", "version", info.version,
                     "compiler", info.compiler, "cpu_level", info.cpu_level, "gemm", info.gemm,
                     "threads", setting->threads, "seconds_each", setting->seconds, "load",
                     json_number(setting->load), "machine", rows_json(list, true), "cases",
                     rows_json(list, false));
}
