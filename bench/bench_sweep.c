/*
 * How long a check of rules takes over all 2^32 float32 inputs.
 *
 *     bench_sweep [--threads N] [ACT RULE...]
 *
 * Without arguments: the four comparisons of relu in one sweep, which is what `crease
 * compare` does by default, and a rule each of tanh and sigmoid. Each turn by turn with
 * its peer, five times: the loop that somebody would write, a(z), the rule and g'(z) by
 * the C library in double and a tolerance (so it proves less), on one thread over every
 * 64th input, its time times 64 over the threads. One line of JSON a case, medians.
 */
#include <crease/executor.h>
#include <crease/rulecheck.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 5
#define PEER_STEP 64u

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the loops that somebody would write ---------------------------------------------- */

/* How far the rule is from g'(z). */
typedef double peer(double z);

static double relu_peer(double z)
{
    double a = z > 0 ? z : 0;
    return (double)((a > 0) - (z > 0)) + (double)((z >= 0) - (z > 0)) * (z != 0);
}

static double tanh_peer(double z)
{
    double a = tanh(z), c = cosh(z);
    return (1 - a * a) - 1 / (c * c);
}

static double sigmoid_peer(double z)
{
    double e = exp(-fabs(z)), a = 1 / (1 + exp(-z));
    return a * (1 - a) - e / ((1 + e) * (1 + e));
}

static double peer_seconds(peer *f)
{
    double start = now();
    uint64_t wrong = 0;
    for (uint64_t i = 0; i <= UINT32_MAX; i += PEER_STEP) {
        uint32_t bits = (uint32_t)i;
        float z;
        memcpy(&z, &bits, sizeof z);
        wrong += fabs(f((double)z)) > 1e-9;
    }
    if (wrong > 0) /* so that the loop is not left out */
        (void)fprintf(stderr, "bench_sweep: %llu inputs\n", (unsigned long long)wrong);
    return (now() - start) * PEER_STEP;
}

/* ---- cases ------------------------------------------------------------------------------ */

#define MAX_WORDS (1 + CRS_RULECHECK_MAX_RULES)

static const struct {
    int n; /* words: the activation and its rules */
    const char *words[MAX_WORDS];
    peer *peer;
} cases[] = {
    {5, {"relu", "A > 0", "A >= 0", "Z > 0", "Z >= 0"}, relu_peer},
    {2, {"tanh", "1 - A**2"}, tanh_peer},
    {2, {"sigmoid", "A * (1 - A)"}, sigmoid_peer},
};

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

static double sweep_seconds(int n, crs_rule *const *rules, const crs_act *act,
                            const crs_executor *executor)
{
    static crs_rulecheck checks[CRS_RULECHECK_MAX_RULES];
    double start = now();
    crs_error err;
    if (crs_rulecheck_run((size_t)n, (const crs_rule *const *)rules, act, executor, NULL, NULL,
                          &err, checks) != CRS_OK) {
        (void)fprintf(stderr, "bench_sweep: %s\n", err.text);
        exit(3);
    }
    return now() - start;
}

static int by_size(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return (*p > *q) - (*p < *q);
}

/* One case; `f` may be NULL. 0 where a word cannot be read. */
static int run_case(int n_words, const char *const *words, peer *f, const crs_executor *executor)
{
    crs_rule *rules[CRS_RULECHECK_MAX_RULES] = {NULL};
    double seconds[ROUNDS], peers[ROUNDS] = {0};
    crs_error err;
    crs_act act;
    if (n_words < 2 || crs_act_parse(words[0], &err, &act) != CRS_OK ||
        !parse_all(n_words - 1, words + 1, rules))
        return 0;
    for (int round = 0; round < ROUNDS; round++) {
        seconds[round] = sweep_seconds(n_words - 1, rules, &act, executor);
        if (f != NULL)
            peers[round] = peer_seconds(f) / executor->workers;
    }
    qsort(seconds, ROUNDS, sizeof *seconds, by_size);
    qsort(peers, ROUNDS, sizeof *peers, by_size);
    (void)printf("{\"bench\":\"sweep\",\"act\":\"%s\",\"rules\":%d,\"threads\":%d,"
                 "\"seconds\":%.3f,\"least\":%.3f,\"most\":%.3f,\"inputs_per_second\":%.4g",
                 words[0], n_words - 1, executor->workers, seconds[ROUNDS / 2], seconds[0],
                 seconds[ROUNDS - 1], 4294967296.0 / seconds[ROUNDS / 2]);
    if (f != NULL)
        (void)printf(",\"peer_seconds\":%.3f,\"ratio\":%.2f", peers[ROUNDS / 2],
                     peers[ROUNDS / 2] / seconds[ROUNDS / 2]);
    (void)puts("}");
    for (int i = 0; i < n_words - 1; i++)
        crs_rule_destroy(rules[i]);
    return 1;
}

int main(int argc, char **argv)
{
    int threads = 0, at = 1, fine = 1;
    crs_executor executor;
    if (argc > 2 && strcmp(argv[1], "--threads") == 0) {
        threads = atoi(argv[2]);
        at = 3;
    }
    if (crs_executor_threads(threads, &executor) != CRS_OK)
        return 3;
    if (at < argc)
        fine = argc - at <= MAX_WORDS &&
               run_case(argc - at, (const char *const *)argv + at, NULL, &executor);
    else
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            (void)run_case(cases[i].n, cases[i].words, cases[i].peer, &executor);
    if (!fine)
        (void)fprintf(stderr, "usage: bench_sweep [--threads N] [ACT RULE...]\n");
    crs_executor_release(&executor);
    return fine ? 0 : 2;
}
