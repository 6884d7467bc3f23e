/* stall.c: one thread that looks at the watched channels, and only while there are any. */
#include <rh/guard.h>

#include "fail.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_once_t once;
    bool running;
    rh_stall_probe *first;
    rh_stall_probe *calling; /* the probe whose callback runs now */
} watcher = {.lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT};

void rh_stall_init(rh_stall_probe *probe, rh_chan *chan, rh_ns patience)
{
    *probe = (rh_stall_probe){.chan = chan, .patience = patience, .since = rh_now()};
}

bool rh_stall_check(rh_stall_probe *probe, rh_stall *stall)
{
    rh_ns now = rh_now();
    stall->chan = probe->chan;
    rh_chan_stats_read(probe->chan, &stall->stats);
    uint64_t progress = stall->stats.sent + stall->stats.received;
    bool pending = stall->stats.length > 0 || stall->stats.waiting_senders > 0;
    if (progress != probe->progress || !pending) {
        probe->progress = progress;
        probe->since = now;
        probe->told = false;
    }
    stall->for_ns = now - probe->since;
    bool tell = pending && !probe->told && stall->for_ns >= probe->patience;
    probe->told = probe->told || tell;
    return tell;
}

/* Calls one callback that is due, with the lock let go of meanwhile; false when none is. */
static bool tell_one(void)
{
    rh_stall stall;
    for (rh_stall_probe *probe = watcher.first; probe; probe = probe->next) {
        if (!rh_stall_check(probe, &stall))
            continue;
        watcher.calling = probe;
        pthread_mutex_unlock(&watcher.lock);
        probe->stalled(&stall, probe->arg);
        pthread_mutex_lock(&watcher.lock);
        watcher.calling = NULL;
        pthread_cond_broadcast(&watcher.changed);
        return true;
    }
    return false;
}

/* A quarter of the least patience: a stall is told at most that much late. */
static rh_ns next_look(void)
{
    rh_ns least = RH_FOREVER;
    for (const rh_stall_probe *probe = watcher.first; probe; probe = probe->next)
        least = probe->patience < least ? probe->patience : least;
    return rh_now() + (least / 4 > 1000000 ? least / 4 : 1000000);
}

static void *run(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&watcher.lock);
    while (watcher.first) {
        while (tell_one())
            continue;
        rh_ns until = next_look();
        struct timespec ts = {until / 1000000000, until % 1000000000};
        if (watcher.first)
            pthread_cond_timedwait(&watcher.changed, &watcher.lock, &ts);
    }
    watcher.running = false;
    pthread_mutex_unlock(&watcher.lock);
    return NULL;
}

static void initialise(void)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&watcher.changed, &attr);
    pthread_condattr_destroy(&attr);
}

/* A detached thread that takes no signals. */
static int start(void)
{
    sigset_t all, before;
    pthread_t thread;
    int error = rh_fail_point("guard.stall", EAGAIN);
    if (error)
        return error;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, NULL, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!error)
        pthread_detach(thread);
    return error;
}

rh_status rh_stall_watch(rh_stall_probe *probe, rh_chan *chan, rh_ns patience,
                         void (*stalled)(const rh_stall *stall, void *arg), void *arg)
{
    if (!chan || !stalled || patience <= 0)
        return RH_EINVAL;
    pthread_once(&watcher.once, initialise);
    rh_stall_init(probe, rh_chan_retain(chan), patience);
    probe->stalled = stalled;
    probe->arg = arg;
    pthread_mutex_lock(&watcher.lock);
    int error = watcher.running ? 0 : start();
    if (!error) {
        watcher.running = true;
        probe->next = watcher.first;
        if (probe->next)
            probe->next->prev = probe;
        watcher.first = probe;
        pthread_cond_broadcast(&watcher.changed);
    }
    pthread_mutex_unlock(&watcher.lock);
    if (error)
        rh_chan_release(chan);
    errno = error;
    return error ? RH_ESYS : RH_OK;
}

void rh_stall_unwatch(rh_stall_probe *probe)
{
    pthread_mutex_lock(&watcher.lock);
    while (watcher.calling == probe)
        pthread_cond_wait(&watcher.changed, &watcher.lock);
    if (probe->prev)
        probe->prev->next = probe->next;
    else
        watcher.first = probe->next;
    if (probe->next)
        probe->next->prev = probe->prev;
    pthread_cond_broadcast(&watcher.changed);
    pthread_mutex_unlock(&watcher.lock);
    rh_chan_release(probe->chan);
}
