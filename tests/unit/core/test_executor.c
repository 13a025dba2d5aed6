/* What a team of threads promises: every task once, phases in order, and no dead end. */
#include <crease/executor.h>

#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N = 5000 };

typedef struct job {
    atomic_uint ran[N];
    atomic_int busy[64]; /* a worker's number, taken while it runs a task */
    atomic_int wrong;
    int n_workers;
} job;

static void once(void *arg, size_t i, int worker)
{
    job *j = arg;
    if (worker < 0 || worker >= j->n_workers || atomic_exchange(&j->busy[worker], 1) != 0)
        atomic_store(&j->wrong, 1);
    atomic_fetch_add(&j->ran[i], 1);
    atomic_store(&j->busy[worker], 0);
}

static void expect_all(job *j, size_t n, unsigned times)
{
    for (size_t i = 0; i < N; i++)
        assert_int_equal(atomic_load(&j->ran[i]), i < n ? times : 0);
    assert_int_equal(atomic_load(&j->wrong), 0);
}

static job *fresh(int n_workers)
{
    job *j = calloc(1, sizeof *j);
    assert_non_null(j);
    j->n_workers = n_workers;
    return j;
}

static void test_run__runs_each_task_once(void **state)
{
    static const size_t counts[] = {0, 1, 2, 3, 7, 64, 999, N};
    (void)state;
    for (int threads = 1; threads <= 9; threads++) {
        crs_executor e;
        assert_int_equal(crs_executor_threads(threads, &e), CRS_OK);
        assert_int_equal(crs_executor_workers(&e), threads);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            job *j = fresh(threads);
            crs_executor_run(&e, counts[c], once, j);
            expect_all(j, counts[c], 1);
            free(j);
        }
        crs_executor_release(&e);
        assert_int_equal(crs_executor_workers(&e), 1);
    }
}

/* Many short jobs, some of them after a pause long enough to fall asleep in. */
static void test_run_phases__keeps_their_order(void **state)
{
    crs_executor e;
    (void)state;
    assert_int_equal(crs_executor_threads(4, &e), CRS_OK);
    for (int round = 0; round < 2000; round++) {
        job *first = fresh(4), *second = fresh(4);
        size_t n = (size_t)round % 11, m = (size_t)round % 5;
        crs_phase phases[] = {
            {n, once, first}, {0, once, first}, {m, once, second}, {0, once, second}};
        crs_executor_run_phases(&e, 4, phases);
        expect_all(first, n, 1);
        expect_all(second, m, 1);
        free(first);
        free(second);
        if (round % 100 == 0)
            (void)nanosleep(&(struct timespec){0, 2000000}, NULL);
    }
    crs_executor_release(&e);
}

/* Phases with fewer tasks than workers: one may be over before all workers have heard of it. */
static void test_run_phases__of_fewer_tasks_than_workers(void **state)
{
    static const size_t n[] = {1, 2, 1, 1, 3, 1, 2, 1};
    crs_phase phases[sizeof n / sizeof n[0]];
    job *j = fresh(8);
    crs_executor e;
    (void)state;
    assert_int_equal(crs_executor_threads(8, &e), CRS_OK);
    for (size_t p = 0; p < sizeof n / sizeof n[0]; p++)
        phases[p] = (crs_phase){n[p], once, j};
    for (unsigned round = 1; round <= 3000; round++) {
        crs_executor_run_phases(&e, sizeof n / sizeof n[0], phases);
        assert_int_equal(atomic_load(&j->ran[0]), 8 * round);
        assert_int_equal(atomic_load(&j->ran[1]), 3 * round);
        assert_int_equal(atomic_load(&j->ran[2]), round);
    }
    assert_int_equal(atomic_load(&j->wrong), 0);
    crs_executor_release(&e);
    free(j);
}

typedef struct two_phases {
    atomic_size_t first;
    atomic_int early;
} two_phases;

static void first_phase(void *arg, size_t i, int worker)
{
    two_phases *t = arg;
    (void)worker;
    if (i == 5) /* one task is late */
        (void)nanosleep(&(struct timespec){0, 300000}, NULL);
    atomic_fetch_add(&t->first, 1);
}

static void second_phase(void *arg, size_t i, int worker)
{
    two_phases *t = arg;
    (void)i;
    (void)worker;
    if (atomic_load(&t->first) != 8)
        atomic_store(&t->early, 1);
}

static void test_run_phases__second_begins_after_a_late_task(void **state)
{
    crs_executor e;
    (void)state;
    assert_int_equal(crs_executor_threads(4, &e), CRS_OK);
    for (int round = 0; round < 100; round++) {
        two_phases t = {0, 0};
        const crs_phase phases[] = {{8, first_phase, &t}, {8, second_phase, &t}};
        crs_executor_run_phases(&e, 2, phases);
        assert_int_equal(atomic_load(&t.early), 0);
    }
    crs_executor_release(&e);
}

typedef struct nest {
    const crs_executor *e;
    atomic_size_t done;
} nest;

static void count(void *arg, size_t i, int worker)
{
    nest *n = arg;
    (void)i;
    (void)worker;
    atomic_fetch_add(&n->done, 1);
}

static void run_inside(void *arg, size_t i, int worker)
{
    nest *n = arg;
    (void)i;
    (void)worker;
    crs_executor_run(n->e, 10, count, n);
}

static void test_run__inside_a_task(void **state)
{
    crs_executor e;
    nest n = {&e, 0};
    (void)state;
    assert_int_equal(crs_executor_threads(3, &e), CRS_OK);
    crs_executor_run(&e, 20, run_inside, &n);
    assert_int_equal(atomic_load(&n.done), 200);
    crs_executor_release(&e);
}

static void *run_many(void *arg)
{
    nest *n = arg;
    for (int round = 0; round < 500; round++)
        crs_executor_run(n->e, 10, count, n);
    return NULL;
}

static void test_run__by_several_threads_at_once(void **state)
{
    crs_executor e;
    nest n = {&e, 0};
    pthread_t threads[4];
    (void)state;
    assert_int_equal(crs_executor_threads(3, &e), CRS_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_many, &n), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&n.done), 4 * 500 * 10);
    crs_executor_release(&e);
}

#if defined(__SANITIZE_THREAD__)
#define NO_THREADS_AFTER_FORK 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NO_THREADS_AFTER_FORK 1
#endif
#endif
#ifndef NO_THREADS_AFTER_FORK
#define NO_THREADS_AFTER_FORK 0 /* only the thread sanitizer refuses them */
#endif

/* The child's status; it gives up after ten seconds. */
static int in_child(int (*work)(void *), void *arg)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(10);
        _exit(work(arg));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int run_in_child(void *arg)
{
    nest n = {arg, 0};
    crs_executor copy = *(crs_executor *)arg;
    for (int round = 0; round < 50; round++)
        crs_executor_run(&copy, 10, count, &n);
    crs_executor_release(&copy);
    return atomic_load(&n.done) == 500 ? 0 : 1;
}

static int release_in_child(void *arg)
{
    crs_executor copy = *(crs_executor *)arg;
    crs_executor_release(&copy);
    return 0;
}

static int fork_in_child(void *arg)
{
    nest n = {arg, 0};
    crs_executor_run(arg, 10, count, &n);
    return in_child(run_in_child, arg);
}

static void test_fork__the_child_works_and_so_does_the_parent(void **state)
{
    crs_executor e;
    nest n = {&e, 0};
    (void)state;
    if (NO_THREADS_AFTER_FORK)
        skip();
    assert_int_equal(crs_executor_threads(3, &e), CRS_OK);
    assert_int_equal(in_child(run_in_child, &e), 0); /* before any thread runs */
    crs_executor_run(&e, 10, count, &n);
    assert_int_equal(in_child(run_in_child, &e), 0);
    assert_int_equal(in_child(release_in_child, &e), 0);
    assert_int_equal(in_child(fork_in_child, &e), 0);
    crs_executor_run(&e, 10, count, &n);
    assert_int_equal(atomic_load(&n.done), 20);
    crs_executor_release(&e);
}

/* While another thread of the parent is in the middle of a job. */
static void test_fork__beside_a_running_job(void **state)
{
    crs_executor e;
    nest n = {&e, 0};
    pthread_t thread;
    (void)state;
    if (NO_THREADS_AFTER_FORK)
        skip();
    assert_int_equal(crs_executor_threads(3, &e), CRS_OK);
    assert_int_equal(pthread_create(&thread, NULL, run_many, &n), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(in_child(run_in_child, &e), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    crs_executor_release(&e);
}

/* Nobody's processes may be one at most: no thread can be started, and the work is done all the same. */
static int run_without_threads(void *arg)
{
    const struct rlimit limit = {1, 1};
    pthread_t thread;
    crs_executor e;
    nest n = {&e, 0};
    (void)arg;
    if (getuid() == 0 && setuid(65534) != 0) /* the limit is not for root */
        return 77;
    if (setrlimit(RLIMIT_NPROC, &limit) != 0 || pthread_create(&thread, NULL, run_many, &n) == 0)
        return 77;
    if (crs_executor_threads(8, &e) != CRS_OK)
        return 2;
    crs_executor_run(&e, 100, count, &n);
    crs_executor_run(&e, 100, count, &n);
    crs_executor_release(&e);
    return atomic_load(&n.done) == 200 ? 0 : 3;
}

static void test_run__where_no_thread_can_be_had(void **state)
{
    int result = NO_THREADS_AFTER_FORK ? 77 : in_child(run_without_threads, NULL);
    (void)state;
    if (result == 77)
        skip();
    assert_int_equal(result, 0);
}

static void test_executors__none_and_many(void **state)
{
    crs_executor e, many[40];
    nest n = {NULL, 0};
    (void)state;
    crs_executor_release(NULL);
    crs_executor_serial(&e);
    crs_executor_release(&e);
    crs_executor_release(&e);
    memset(&e, 0, sizeof e);
    crs_executor_release(&e);
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        assert_int_equal(crs_executor_threads(3, &many[i]), CRS_OK);
        crs_executor_run(&many[i], 10, count, &n);
    }
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
        crs_executor_release(&many[i]);
    assert_int_equal(atomic_load(&n.done), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run__runs_each_task_once),
        cmocka_unit_test(test_run_phases__keeps_their_order),
        cmocka_unit_test(test_run_phases__of_fewer_tasks_than_workers),
        cmocka_unit_test(test_run_phases__second_begins_after_a_late_task),
        cmocka_unit_test(test_run__inside_a_task),
        cmocka_unit_test(test_run__by_several_threads_at_once),
        cmocka_unit_test(test_fork__the_child_works_and_so_does_the_parent),
        cmocka_unit_test(test_fork__beside_a_running_job),
        cmocka_unit_test(test_run__where_no_thread_can_be_had),
        cmocka_unit_test(test_executors__none_and_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
