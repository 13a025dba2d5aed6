/*
 * The only file that starts threads; the wasm build leaves it out.
 *
 * A team lives as long as its executor. Its threads are started by the first job that has work for
 * them and then wait for the next one: they look for it for some microseconds, offer their core to
 * others for some more, and sleep.
 *
 * A phase is finished when its tasks are done, not when all threads have come to its end. A thread
 * takes the tasks of its own lane first (the same tasks in every phase, so that a piece of a
 * matrix stays in the cache of its core) and then those that are left in other lanes. So a thread
 * that the system has put aside, because somebody else's program has its core, holds up the others
 * only if that happened in the middle of a task.
 *
 * What a lane still has to give is one word: the number of the phase and how many tasks are left.
 * To take one is to write that word with one task less, which fails if the phase is another by now.
 * Who holds a task holds the phase: it cannot end before, so its description may be read.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include <crease/executor.h>

#include "core/memory.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NS 50000  /* looking: shorter than to sleep and to be woken takes together */
#define YIELD_NS 50000 /* looking, the core offered to others each time */
#define LOOKS 32       /* between two readings of the clock */
#define STACK_BYTES ((size_t)4 << 20)
#define MAX_THREADS 1024

typedef struct lane {
    _Alignas(CRS__ALIGN) atomic_uint_fast64_t left; /* phase << 32 | tasks not taken */
} lane;

/* Threads asleep until `round` moves on. */
typedef struct bed {
    pthread_cond_t moved;
    atomic_uint sleepers;
} bed;

typedef struct team team;

/* A thread, and what it is told when it starts. */
typedef struct member {
    team *t;
    int me;
    unsigned round;
    pthread_t id;
} member;

struct team {
    /* The current phase: written by one thread before its lanes, read by those that hold a task. */
    const crs_phase *phase;
    const crs_phase *next, *end; /* those that follow it */
    uint32_t number;             /* of the phase, counted over all jobs */
    atomic_bool is_finished;
    _Alignas(CRS__ALIGN) atomic_size_t done; /* its tasks that are done */
    _Alignas(CRS__ALIGN) atomic_uint round;  /* moves on with each phase and at the end of a job */
    _Alignas(CRS__ALIGN)
        atomic_uint holder; /* 0: no job runs; else fork_count + 1 of who runs it */
    atomic_bool is_stopping;
    pthread_mutex_t mutex; /* for going to sleep and waking */
    bed caller, threads;
    unsigned born;   /* fork_count when its threads were started */
    int wanted;      /* workers, the caller among them */
    int started;     /* those there are; 0: not tried yet */
    bool may_spin;   /* each has a core, as far as is known */
    member *members; /* [wanted]; 0, the caller, is not used */
    lane *lanes;     /* [wanted] */
};

/* ---- fork ------------------------------------------------------------------------ */

/*
 * A child process has the memory of a team and none of its threads. It counts its generation, and
 * starts threads of its own for a team of another generation.
 */
static atomic_uint fork_count;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    atomic_fetch_add(&fork_count, 1);
}

static void watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, count_fork);
}

/* ---- waiting ---------------------------------------------------------------------- */

static uint64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* Look whether `round` has moved on: 1 if it has before the time is over. */
static bool look(const team *t, unsigned round)
{
    uint64_t begin = 0, passed;
    do {
        for (int i = 0; i < LOOKS; i++) {
            if (atomic_load_explicit(&t->round, memory_order_acquire) != round)
                return true;
            if (t->may_spin)
                relax();
            else
                (void)sched_yield();
        }
        if (begin == 0)
            begin = now_ns();
        passed = now_ns() - begin;
        if (passed > SPIN_NS)
            (void)sched_yield();
    } while (passed < SPIN_NS + YIELD_NS);
    return false;
}

/* Return when `round` is another. */
static void await(team *t, bed *b, unsigned round)
{
    if (look(t, round))
        return;
    (void)pthread_mutex_lock(&t->mutex);
    /* Either this is seen by who moves the round on, or the new round is seen here. */
    (void)atomic_fetch_add(&b->sleepers, 1);
    while (atomic_load(&t->round) == round)
        (void)pthread_cond_wait(&b->moved, &t->mutex);
    (void)atomic_fetch_sub(&b->sleepers, 1);
    (void)pthread_mutex_unlock(&t->mutex);
}

static void wake(team *t, bed *b)
{
    if (atomic_load(&b->sleepers) == 0)
        return;
    (void)pthread_mutex_lock(&t->mutex);
    (void)pthread_cond_broadcast(&b->moved);
    (void)pthread_mutex_unlock(&t->mutex);
}

/* ---- phases ------------------------------------------------------------------------ */

/* How many of n tasks are lane k's: k, k + team, k + 2 team, ... */
static size_t lane_tasks(const team *t, size_t n, size_t k)
{
    size_t lanes = (size_t)t->started;
    return k < n ? (n - k + lanes - 1) / lanes : 0;
}

/*
 * Hand out the tasks of t->phase. To hand out counts as a task of the phase, so that it does not end
 * while its last lanes, which may have no task, are not written yet.
 */
static void publish(team *t)
{
    t->number++;
    atomic_store_explicit(&t->done, 0, memory_order_relaxed);
    for (int k = 0; k < t->started; k++)
        atomic_store_explicit(&t->lanes[k].left,
                              (uint64_t)t->number << 32 | lane_tasks(t, t->phase->n, (size_t)k),
                              memory_order_release);
    (void)atomic_fetch_add(&t->round, 1);
    wake(t, &t->threads);
    wake(t, &t->caller);
}

/* `count` tasks are done; 1 where they were the last of their phase. */
static bool report(team *t, size_t count)
{
    size_t due = t->phase->n + 1; /* read before: the phase may be over afterwards */
    return atomic_fetch_add_explicit(&t->done, count, memory_order_acq_rel) + count == due;
}

/* The phase is done: the next that has tasks, or the end of the job. */
static void advance(team *t)
{
    do {
        while (t->next != t->end && t->next->n == 0)
            t->next++;
        if (t->next == t->end) {
            atomic_store(&t->is_finished, true);
            (void)atomic_fetch_add(&t->round, 1);
            wake(t, &t->caller); /* the threads have nothing to wake for */
            return;
        }
        t->phase = t->next++;
        publish(t);
    } while (report(t, 1));
}

/* Take a task of lane k and run it; 0 if none is left there. */
static bool run_one(team *t, int k, int me)
{
    uint_fast64_t left = atomic_load_explicit(&t->lanes[k].left, memory_order_acquire);
    const crs_phase *phase;
    size_t lanes, taken;
    do {
        if ((uint32_t)left == 0)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&t->lanes[k].left, &left, left - 1,
                                                    memory_order_acq_rel, memory_order_acquire));
    phase = t->phase;
    lanes = (size_t)t->started;
    taken = lane_tasks(t, phase->n, (size_t)k) - (uint32_t)left;
    phase->task(phase->arg, (size_t)k + taken * lanes, me);
    return true;
}

/*
 * Run tasks until none is left that is not taken. A task that is done and not yet counted keeps its
 * phase from ending, so all that one round over the lanes takes is of one phase.
 */
static void take_part(team *t, int me)
{
    for (;;) {
        size_t mine = 0;
        for (int i = 0; i < t->started; i++)
            while (run_one(t, (me + i) % t->started, me))
                mine++;
        if (mine == 0)
            return;
        if (report(t, mine))
            advance(t);
    }
}

/* ---- threads ----------------------------------------------------------------------- */

static void *live(void *arg)
{
    member *self = arg;
    team *t = self->t;
    unsigned round = self->round;
    for (;;) {
        await(t, &t->threads, round);
        if (atomic_load(&t->is_stopping))
            return NULL;
        round = atomic_load_explicit(&t->round, memory_order_acquire);
        take_part(t, self->me);
    }
}

/* How many CPUs the process may use. */
static int cpus(void)
{
    long n = 0;
#ifdef CPU_COUNT
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
#endif
    if (n < 1)
        n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : (int)n;
}

/* Start as many threads as the system gives, up to what is wanted. */
static void start(team *t)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    t->started = 1;
    t->may_spin = t->wanted <= cpus();
    if (pthread_attr_init(&attributes) != 0)
        return;
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    /* signals are for the threads of the host program */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int me = 1; me < t->wanted; me++) {
        member *self = &t->members[me];
        *self = (member){t, me, atomic_load(&t->round), 0};
        if (pthread_create(&self->id, &attributes, live, self) != 0)
            break;
        t->started++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
}

/* All of a team but its threads, as when it was made: it has none yet, or they are in the parent. */
static void reset(team *t)
{
    (void)pthread_mutex_init(&t->mutex, NULL);
    (void)pthread_cond_init(&t->caller.moved, NULL);
    (void)pthread_cond_init(&t->threads.moved, NULL);
    atomic_store(&t->caller.sleepers, 0);
    atomic_store(&t->threads.sleepers, 0);
    for (int k = 0; k < t->wanted; k++)
        atomic_store(&t->lanes[k].left, 0);
    t->born = atomic_load(&fork_count);
    t->started = 0;
}

/* ---- jobs ---------------------------------------------------------------------------- */

/* 1: the team is the caller's. 0: a job of another thread runs on it, or the one this is part of. */
static bool take_team(team *t)
{
    unsigned mine = atomic_load(&fork_count) + 1, holder = atomic_load(&t->holder);
    return holder != mine && atomic_compare_exchange_strong(&t->holder, &holder, mine);
}

static void run_here(size_t n, const crs_phase *phases)
{
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0; i < phases[p].n; i++)
            phases[p].task(phases[p].arg, i, 0);
}

/* 1 where some phase has work for two, and none more tasks than a lane can count. */
static bool is_for_several(size_t n, const crs_phase *phases)
{
    bool several = false;
    for (size_t p = 0; p < n; p++) {
        several = several || phases[p].n > 1;
        if (phases[p].n > UINT32_MAX)
            return false;
    }
    return several;
}

static void run_phases(const crs_executor *self, size_t n, const crs_phase *phases)
{
    team *t = self->ctx;
    unsigned round;
    if (!is_for_several(n, phases) || !take_team(t)) {
        run_here(n, phases);
        return;
    }
    if (t->born != atomic_load(&fork_count))
        reset(t);
    if (t->started == 0)
        start(t);
    if (t->started == 1) {
        run_here(n, phases);
        atomic_store(&t->holder, 0);
        return;
    }
    atomic_store(&t->is_finished, false);
    t->next = phases;
    t->end = phases + n;
    advance(t);
    for (;;) {
        round = atomic_load_explicit(&t->round, memory_order_acquire);
        take_part(t, 0);
        if (atomic_load_explicit(&t->is_finished, memory_order_acquire))
            break;
        await(t, &t->caller, round);
    }
    atomic_store(&t->holder, 0);
}

static void run(const crs_executor *self, size_t n, crs_task task, void *arg)
{
    crs_phase phase = {n, task, arg};
    run_phases(self, 1, &phase);
}

/* ---- the public calls ------------------------------------------------------------------ */

static void free_team(team *t)
{
    if (t != NULL) {
        crs__free(t->members);
        crs__free(t->lanes);
    }
    crs__free(t);
}

crs_status crs_executor_threads(int threads, crs_executor *out)
{
    if (out == NULL)
        return CRS_EINVAL;
    team *t;
    crs_executor_serial(out);
    if (threads <= 0)
        threads = cpus();
    if (threads > MAX_THREADS)
        threads = MAX_THREADS;
    if (threads == 1)
        return CRS_OK;
    t = crs__alloc_aligned(1, sizeof *t);
    if (t != NULL) {
        t->lanes = crs__alloc_aligned((size_t)threads, sizeof *t->lanes);
        t->members = crs__alloc((size_t)threads, sizeof *t->members);
    }
    if (t == NULL || t->lanes == NULL || t->members == NULL ||
        pthread_once(&watch_once, watch_forks) != 0) {
        free_team(t);
        return CRS_ENOMEM;
    }
    t->wanted = threads;
    reset(t);
    out->workers = threads;
    out->run = run;
    out->run_phases = run_phases;
    out->ctx = t;
    return CRS_OK;
}

/* Threads that live in a parent process cannot be joined; nothing is left of them here. */
static void stop(team *t)
{
    if (t->born != atomic_load(&fork_count))
        return;
    atomic_store(&t->is_stopping, true);
    (void)atomic_fetch_add(&t->round, 1);
    wake(t, &t->threads);
    for (int me = 1; me < t->started; me++)
        (void)pthread_join(t->members[me].id, NULL);
    (void)pthread_cond_destroy(&t->threads.moved);
    (void)pthread_cond_destroy(&t->caller.moved);
    (void)pthread_mutex_destroy(&t->mutex);
}

void crs_executor_release(crs_executor *executor)
{
    if (executor == NULL)
        return;
    if (executor == NULL)
        return;
    if (executor->run == run && executor->ctx != NULL) {
        stop(executor->ctx);
        free_team(executor->ctx);
    }
    crs_executor_serial(executor);
}
