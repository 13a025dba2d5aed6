/*
 * What the library's threads cost, beside OpenMP's and beside one thread.
 *
 *     bench_executor [--threads N] [--rounds N] [--busy]
 *
 * Each case is run with one thread, with OpenMP (the calls that crease used before it had threads
 * of its own) and with the team of crs_executor_threads, turn by turn. One line of JSON a case:
 * microseconds with one thread (median), and the ratios of the others to it, lowest, median and
 * highest of the rounds. Below 1 is faster than one thread. --busy: with another process beside,
 * which does nothing but use a core.
 */
#include <crease/executor.h>
#include <crease/train.h>

#include <omp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROUNDS = 101, SAMPLES = 2048 };

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- OpenMP ------------------------------------------------------------------------------- */

static void run_openmp(const crs_executor *self, size_t n, crs_task task, void *arg)
{
    if (n < 2) {
        if (n == 1)
            task(arg, 0, 0);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(self->workers)
    for (size_t i = 0; i < n; i++)
        task(arg, i, omp_get_thread_num());
}

typedef struct meeting {
    atomic_uint arrived, round;
} meeting;

static void meet(meeting *m, unsigned team)
{
    enum { LOOKS = 4000 };
    unsigned round = atomic_load(&m->round);
    if (atomic_fetch_add(&m->arrived, 1) + 1 == team) {
        atomic_store(&m->arrived, 0);
        atomic_fetch_add(&m->round, 1);
        return;
    }
    for (int looks = 0; atomic_load_explicit(&m->round, memory_order_acquire) == round; looks++) {
        if (looks >= LOOKS)
            (void)sched_yield();
#if defined(__x86_64__) || defined(__i386__)
        else
            __builtin_ia32_pause();
#endif
    }
}

static void run_phases_openmp(const crs_executor *self, size_t n, const crs_phase *phases)
{
    meeting m = {0, 0};
#pragma omp parallel num_threads(self->workers)
    {
        int me = omp_get_thread_num();
        size_t team = (size_t)omp_get_num_threads();
        for (size_t p = 0; p < n; p++) {
            for (size_t i = (size_t)me; i < phases[p].n; i += team)
                phases[p].task(phases[p].arg, i, me);
            if (p + 1 < n && team > 1)
                meet(&m, (unsigned)team);
        }
    }
}

/* ---- cases -------------------------------------------------------------------------------- */

typedef struct bench_case {
    const char *name;
    size_t widths[5], n_layers; /* a net to train; n_layers 0: tasks of `work` multiplications */
    size_t batch, repeats;      /* iterations, or jobs */
    size_t phases, work;
} bench_case;

static const bench_case cases[] = {
    {.name = "job of two empty tasks", .repeats = 20000, .phases = 1},
    {.name = "8 phases of empty tasks", .repeats = 4000, .phases = 8},
    {.name = "8 phases of 4 us", .repeats = 1000, .phases = 8, .work = 3000},
    {.name = "8 phases of 40 us", .repeats = 100, .phases = 8, .work = 30000},
    {"784-512-256-10 batch 32", {784, 512, 256, 10}, 3, 32, 100, 0, 0},
    {"784-512-256-10 batch 128", {784, 512, 256, 10}, 3, 128, 32, 0, 0},
    {"784-32-10 batch 32", {784, 32, 10}, 2, 32, 1000, 0, 0},
    {"20-64-64-10 full batch of 2048", {20, 64, 64, 10}, 3, 2048, 20, 0, 0},
    {"20-128-128-10 batch 64", {20, 128, 128, 10}, 3, 64, 500, 0, 0},
};

/* A chain of multiplications, `arg` of them: some 1.3 ns each, nothing of it in memory. */
static void chain(void *arg, size_t i, int worker)
{
    size_t n = *(const size_t *)arg;
    double x = 1 + 1e-9 * (double)i;
    (void)worker;
    for (size_t k = 0; k < n; k++)
        x *= 1.0000001;
    if (x < 1) /* never: so that the chain is not left out */
        abort();
}

static void make_data(const bench_case *c, crs_dataset *out)
{
    static float x[SAMPLES * 784];
    static double y[SAMPLES];
    size_t n = SAMPLES * c->widths[0];
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i * 2654435761u % 1000) / 1000 - 0.5f;
    for (size_t i = 0; i < SAMPLES; i++)
        y[i] = (double)(i * 40503u % 10);
    *out = (crs_dataset){
        .n_samples = SAMPLES, .n_features = c->widths[0], .n_classes = 10, .x = x, .y = y};
}

static void must(crs_status status, const crs_error *err)
{
    if (status == CRS_OK)
        return;
    (void)fprintf(stderr, "bench_executor: %s\n", err->text);
    exit(3);
}

static crs_net *make_net(const bench_case *c)
{
    crs_error err;
    crs_act acts[5];
    crs_init he;
    crs_random random;
    crs_net *net;
    crs_net_config config = {.n_layers = c->n_layers,
                             .widths = c->widths,
                             .acts = acts,
                             .loss = CRS_LOSS_SOFTMAX,
                             .dtype = CRS_F32};
    for (size_t l = 0; l < c->n_layers; l++)
        must(crs_act_parse("relu", &err, &acts[l]), &err);
    must(crs_init_parse("he", &err, &he), &err);
    must(crs_net_create(&config, &err, &net), &err);
    crs_random_seed(&random, 1);
    crs_net_init(net, &he, &random);
    return net;
}

static double time_jobs(const bench_case *c, const crs_executor *e)
{
    crs_phase phases[8];
    size_t work = c->work;
    double begin;
    for (size_t p = 0; p < c->phases; p++)
        phases[p] = (crs_phase){2, chain, &work};
    begin = now();
    for (size_t i = 0; i < c->repeats; i++)
        crs_executor_run_phases(e, c->phases, phases);
    return now() - begin;
}

static double time_training(const bench_case *c, const crs_executor *e)
{
    crs_error err;
    crs_dataset data;
    crs_net *net = make_net(c);
    crs_train_config how = {.lr = 0.01, .iterations = c->repeats, .batch = c->batch, .executor = e};
    double seconds;
    make_data(c, &data);
    seconds = now();
    must(crs_train(net, &data, &how, &err), &err);
    seconds = now() - seconds;
    crs_net_destroy(net);
    return seconds;
}

/* Seconds of one repeat, after a pause in which the threads of the one before fall asleep. */
static double time_case(const bench_case *c, const crs_executor *e)
{
    (void)nanosleep(&(struct timespec){0, 30000000}, NULL);
    return (c->n_layers == 0 ? time_jobs(c, e) : time_training(c, e)) / (double)c->repeats;
}

/* ---- measuring ------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print_ratio(const char *name, size_t n, double *ratios)
{
    qsort(ratios, n, sizeof *ratios, by_value);
    (void)printf(", \"%s\": [%.3f, %.3f, %.3f]", name, ratios[0], ratios[n / 2], ratios[n - 1]);
}

static void measure(const bench_case *c, size_t rounds, const crs_executor *const executors[3])
{
    double one[MAX_ROUNDS], openmp[MAX_ROUNDS], team[MAX_ROUNDS], both[MAX_ROUNDS];
    for (size_t i = 0; i <= rounds; i++) { /* round 0 warms up */
        size_t at = i == 0 ? 0 : i - 1;
        one[at] = time_case(c, executors[0]);
        openmp[at] = time_case(c, executors[1]);
        team[at] = time_case(c, executors[2]);
        both[at] = team[at] / openmp[at];
        openmp[at] /= one[at];
        team[at] /= one[at];
    }
    qsort(one, rounds, sizeof *one, by_value);
    (void)printf("{\"case\": \"%s\", \"one_thread_us\": %.3f", c->name, 1e6 * one[rounds / 2]);
    print_ratio("openmp", rounds, openmp);
    print_ratio("team", rounds, team);
    print_ratio("team_to_openmp", rounds, both);
    (void)printf("}\n");
    (void)fflush(stdout);
}

static pid_t use_a_core(void)
{
    pid_t child = fork();
    volatile unsigned long turns = 0;
    if (child == 0) {
        for (;;)
            turns++;
    }
    return child;
}

int main(int argc, char **argv)
{
    int threads = 0, busy = 0;
    size_t rounds = 7;
    crs_executor one, openmp, team;
    const crs_executor *const executors[] = {&one, &openmp, &team};
    pid_t neighbour = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--busy") == 0)
            busy = 1;
        else if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc)
            threads = atoi(argv[++i]);
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = (size_t)atoi(argv[++i]);
        else
            return fprintf(stderr, "bench_executor [--threads N] [--rounds N] [--busy]\n"), 2;
    }
    if (rounds < 1 || rounds > MAX_ROUNDS || crs_executor_threads(threads, &team) != CRS_OK)
        return 2;
    if (busy)
        neighbour = use_a_core();
    crs_executor_serial(&one);
    openmp = (crs_executor){crs_executor_workers(&team), run_openmp, NULL, run_phases_openmp};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        measure(&cases[i], rounds, executors);
    crs_executor_release(&team);
    if (neighbour > 0) {
        (void)kill(neighbour, SIGKILL);
        (void)waitpid(neighbour, NULL, 0);
    }
    return 0;
}
