/* The pool: parked threads, newest first, each handed its job directly. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "fail.h"
#include "job.h"

#define IDLE_NS ((rh_ns)10 * 1000000000)
enum { SPINS = 200 };

/* What a worker's word says. */
enum { PARKED, HANDED, SPINNING };

struct worker {
    _Atomic uint32_t word;
    struct rh_job *job;
    struct worker *next; /* below in the stack of idle workers */
    bool idle;
};

static struct worker *idle;
static unsigned thread_count, idle_count;
static long processors;
static struct small_lock pool_lock;
static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

static void job_done(void *arg)
{
    rh_job_release(arg);
}

static void run(struct rh_job *job)
{
    pthread_cleanup_push(job_done, job);
    if (rh_job_take(job))
        rh_job_run(job);
    pthread_cleanup_pop(1);
}

static void push_idle(struct worker *self)
{
    small_lock(&pool_lock);
    self->job = NULL;
    atomic_store_explicit(&self->word, SPINNING, memory_order_relaxed);
    self->idle = true;
    self->next = idle;
    idle = self;
    idle_count++;
    small_unlock(&pool_lock);
}

/* Timed out: out of the stack, unless somebody handed over a job this very moment. */
static bool retire(struct worker *self)
{
    small_lock(&pool_lock);
    bool out = self->idle;
    for (struct worker **link = &idle; out && *link; link = &(*link)->next)
        if (*link == self) {
            *link = self->next;
            idle_count--;
            break;
        }
    small_unlock(&pool_lock);
    return out;
}

/* The newest idle worker gets the next job; it looks for it a little while, so that a job that follows soon
 * needs no system call.  One at a time, and only where another processor can hand it over meanwhile. */
static void spin(struct worker *self)
{
    static atomic_flag spinning = ATOMIC_FLAG_INIT;
    if (processors < 2 || atomic_flag_test_and_set(&spinning))
        return;
    for (int i = 0; i < SPINS && atomic_load_explicit(&self->word, memory_order_relaxed) == SPINNING; i++)
        cpu_relax();
    atomic_flag_clear(&spinning);
}

/* The next job, or NULL: time to go. */
static struct rh_job *await_job(struct worker *self)
{
    uint32_t was = SPINNING;
    push_idle(self);
    spin(self);
    if (atomic_compare_exchange_strong(&self->word, &was, PARKED)) {
        rh_ns until = rh_now() + IDLE_NS;
        while (atomic_load_explicit(&self->word, memory_order_acquire) == PARKED)
            if (!futex_wait(&self->word, PARKED, until) && retire(self))
                return NULL;
    }
    atomic_thread_fence(memory_order_acquire);
    return self->job;
}

static void thread_gone(void *arg)
{
    (void)arg;
    small_lock(&pool_lock);
    thread_count--;
    small_unlock(&pool_lock);
}

static void *worker_main(void *arg)
{
    struct worker self = {.job = arg};
    pthread_cleanup_push(thread_gone, NULL);
    do
        run(self.job);
    while ((self.job = await_job(&self)) != NULL);
    pthread_cleanup_pop(1);
    return NULL;
}

/* All but what the thread raises itself. */
static void block_asynchronous_signals(sigset_t *before)
{
    static const int synchronous[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof synchronous / sizeof *synchronous; i++)
        sigdelset(&blocked, synchronous[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, before);
}

static int start_thread(struct rh_job *job)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t before;
    int error = rh_fail_point("spawn", EAGAIN);
    if (error)
        return error;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    block_asynchronous_signals(&before);
    error = pthread_create(&thread, &attributes, worker_main, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

static void before_fork(void)
{
    small_lock(&pool_lock);
}

static void after_fork_parent(void)
{
    small_unlock(&pool_lock);
}

static void after_fork_child(void)
{
    idle = NULL;
    thread_count = idle_count = 0;
    small_unlock(&pool_lock);
}

static void pool_begin(void)
{
    processors = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

static struct worker *pop_idle(void)
{
    small_lock(&pool_lock);
    struct worker *worker = idle;
    if (worker) {
        idle = worker->next;
        worker->idle = false;
        idle_count--;
    } else {
        thread_count++;
    }
    small_unlock(&pool_lock);
    return worker;
}

rh_status rh_pool_submit(struct rh_job *job)
{
    pthread_once(&pool_once, pool_begin);
    struct worker *worker = pop_idle();
    if (worker) {
        worker->job = job;
        if (atomic_exchange(&worker->word, HANDED) == PARKED)
            futex_wake(&worker->word, 1);
        return RH_OK;
    }
    int error = start_thread(job);
    if (!error)
        return RH_OK;
    thread_gone(NULL);
    errno = error;
    return RH_ESYS;
}

void rh_pool_count(unsigned *threads, unsigned *waiting)
{
    small_lock(&pool_lock);
    *threads = thread_count;
    *waiting = idle_count;
    small_unlock(&pool_lock);
}
