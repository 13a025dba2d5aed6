/*
 * How long a check of rules takes over all 2^32 float32 inputs.
 *
 *     bench_sweep [--threads N] [ACT RULE...]
 *
 * Without arguments: the four comparisons of relu in one sweep, which is what `crease
 * compare` does by default. One line of JSON, the best of three sweeps.
 */
#include <crease/executor.h>
#include <crease/rulecheck.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int parse_all(int n, const char *const *texts, crs_rule **rules)
{
    for (int i = 0; i < n; i++) {
        crs_error err;
        if (crs_rule_parse(texts[i], &err, &rules[i]) == CRS_OK)
            continue;
        (void)fprintf(stderr, "bench_sweep: %s: column %zu: %s\n", texts[i], err.column, err.text);
        return 0;
    }
    return 1;
}

static double best_of_three(int n, crs_rule *const *rules, const crs_act *act,
                            const crs_executor *executor, crs_rulecheck *checks)
{
    double best = 0;
    for (int round = 0; round < 3; round++) {
        double start = now(), seconds;
        crs_error err;
        if (crs_rulecheck_run((size_t)n, (const crs_rule *const *)rules, act, executor, NULL, NULL,
                              &err, checks) != CRS_OK) {
            (void)fprintf(stderr, "bench_sweep: %s\n", err.text);
            exit(3);
        }
        seconds = now() - start;
        best = round == 0 || seconds < best ? seconds : best;
    }
    return best;
}

int main(int argc, char **argv)
{
    const char *words[1 + CRS_RULECHECK_MAX_RULES] = {"relu", "A > 0", "A >= 0", "Z > 0", "Z >= 0"};
    static crs_rulecheck checks[CRS_RULECHECK_MAX_RULES];
    crs_rule *rules[CRS_RULECHECK_MAX_RULES] = {NULL};
    int n_words = 5, threads = 0, at = 1;
    crs_executor executor;
    crs_error err;
    crs_act act;
    double seconds;
    if (argc > 2 && strcmp(argv[1], "--threads") == 0) {
        threads = atoi(argv[2]);
        at = 3;
    }
    if (at < argc)
        n_words = argc - at;
    for (int i = 0; at + i < argc && i <= CRS_RULECHECK_MAX_RULES; i++)
        words[i] = argv[at + i];
    if (n_words < 2 || n_words > 1 + CRS_RULECHECK_MAX_RULES ||
        crs_act_parse(words[0], &err, &act) != CRS_OK ||
        !parse_all(n_words - 1, words + 1, rules)) {
        (void)fprintf(stderr, "usage: bench_sweep [--threads N] [ACT RULE...]\n");
        return 2;
    }
    crs_executor_threads(threads, &executor);
    seconds = best_of_three(n_words - 1, rules, &act, &executor, checks);
    (void)printf("{\"bench\":\"sweep\",\"act\":\"%s\",\"rules\":%d,\"threads\":%d,"
                 "\"seconds\":%.3f,\"inputs_per_second\":%.4g}\n",
                 words[0], n_words - 1, executor.workers, seconds, 4294967296.0 / seconds);
    for (int i = 0; i < n_words - 1; i++)
        crs_rule_destroy(rules[i]);
    return 0;
}
