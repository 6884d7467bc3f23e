/* io_thread.c: waiting for time, conditions, mutexes, processes and threads. */
#define _GNU_SOURCE /* pthread_cond_clockwait, pthread_timedjoin_np */
#include "io.h"

#include "ctx.h"
#include "fail.h"
#include "probe.h"
#include "waits.h"

#include <rh/channel.h>

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Where nothing can wake a sleeper out of the libc, it looks up this often. */
static const rh_ns look_up = 20000000;

static struct timespec timespec_of(rh_ns at)
{
    return (struct timespec){at / 1000000000, at % 1000000000};
}

/* The next moment to look up: on the monotonic clock, and on the clock that the older calls take. */
static rh_ns next_look(rh_ctx *ctx)
{
    return ctx_earliest(ctx, rh_now() + look_up);
}

static struct timespec on_wall_clock(rh_ns at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return timespec_of((rh_ns)now.tv_sec * 1000000000 + now.tv_nsec + at - rh_now());
}

static rh_status status_of(int error)
{
    errno = error;
    return error ? RH_ESYS : RH_OK;
}

static bool never_ends(rh_ctx *ctx)
{
    return !ctx || ctx == rh_ctx_background();
}

rh_status rh_sleep(rh_ctx *ctx, rh_ns duration)
{
    rh_ns now = rh_now();
    rh_ns until = duration > RH_FOREVER - now ? RH_FOREVER : now + duration;
    rh_case done = RH_DONE(ctx);
    size_t chosen;
    rh_status status = rh_select(&done, 1, until, &chosen);
    return status == RH_TIMEOUT && chosen == 1 ? RH_OK : status;
}

/* --- conditions and mutexes --- */

static int wait_a_while(pthread_cond_t *condition, pthread_mutex_t *mutex, rh_ns until)
{
#ifdef __GLIBC__
    struct timespec ts = timespec_of(until);
    return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &ts);
#else
    struct timespec ts = on_wall_clock(until);
    return pthread_cond_timedwait(condition, mutex, &ts);
#endif
}

static void broadcast(void *condition)
{
    pthread_cond_broadcast(condition);
}

rh_status rh_cond_wait(rh_ctx *ctx, pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    if (never_ends(ctx))
        return status_of(pthread_cond_wait(condition, mutex));
    rh_ctx_hook hook;
    int error = ETIMEDOUT;
    bool live = rh_ctx_status(ctx) == RH_OK && ctx_watch(ctx, &hook, broadcast, condition);
    while (live && error == ETIMEDOUT && rh_ctx_status(ctx) == RH_OK)
        error = wait_a_while(condition, mutex, next_look(ctx));
    if (live)
        rh_ctx_hook_stop_wait(&hook);
    rh_status status = rh_ctx_status(ctx);
    if (live && status != RH_OK && error == 0)
        pthread_cond_signal(condition); /* it may have been a signal that woke us: hand it on */
    return status != RH_OK ? status : status_of(error == ETIMEDOUT ? 0 : error);
}

static int lock_a_while(pthread_mutex_t *mutex, rh_ns until)
{
#ifdef __GLIBC__
    struct timespec ts = timespec_of(until);
    return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &ts);
#else
    struct timespec ts = on_wall_clock(until);
    return pthread_mutex_timedlock(mutex, &ts);
#endif
}

rh_status rh_mutex_lock(rh_ctx *ctx, pthread_mutex_t *mutex)
{
    rh_status status = rh_ctx_status(ctx);
    if (status != RH_OK)
        return status;
    if (never_ends(ctx))
        return status_of(pthread_mutex_lock(mutex));
    int error = pthread_mutex_trylock(mutex);
    if (error == EBUSY)
        error = ETIMEDOUT;
    while (error == ETIMEDOUT && (status = rh_ctx_status(ctx)) == RH_OK)
        error = lock_a_while(mutex, next_look(ctx));
    return error == ETIMEDOUT ? status : status_of(error);
}

/* --- processes --- */

/* RH_OK when the process can be waited for, RH_EINVAL when there is no telling. */
static rh_status wait_for_exit(rh_ctx *ctx, pid_t pid)
{
#ifdef SYS_pidfd_open
    int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    if (fd < 0)
        return RH_EINVAL;
    struct io io = {.ctx = ctx, .fd = fd};
    rh_status status = io_wait(&io, POLLIN);
    close(fd);
    return status;
#else
    (void)ctx, (void)pid;
    return RH_EINVAL;
#endif
}

/* 1 to 20 ms, longer the longer it lasts. */
static rh_status look_again(rh_ctx *ctx, rh_ns *pause)
{
    *pause = *pause == 0 ? look_up / 20 : *pause < look_up / 2 ? *pause * 2 : look_up;
    return rh_sleep(ctx, *pause);
}

rh_status rh_waitpid(rh_ctx *ctx, pid_t pid, int *status, int options)
{
    rh_ns pause = 0;
    errno = rh_fail_point("io.waitpid", ECHILD);
    if (errno)
        return RH_ESYS;
    rh_status state = rh_ctx_status(ctx);
    while (state == RH_OK) {
        pid_t found = waitpid(pid, status, options | WNOHANG);
        if (found > 0 || (found == 0 && (options & WNOHANG)))
            return RH_OK;
        if (found < 0 && errno != EINTR)
            return RH_ESYS;
        bool only_exit = !(options & (WUNTRACED | WCONTINUED));
        state = only_exit && pause == 0 ? wait_for_exit(ctx, pid) : RH_EINVAL;
        if (state == RH_EINVAL)
            state = look_again(ctx, &pause);
    }
    return state;
}

/* --- threads --- */

rh_status rh_join(rh_ctx *ctx, pthread_t thread, void **result)
{
    struct wait_note note;
    rh_status status = rh_ctx_status(ctx);
    if (status != RH_OK)
        return status;
    int error = ETIMEDOUT, cancel_state;
    waits_thread_begin(&note, thread);
    RH_PROBE1(join, thread);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (never_ends(ctx))
        error = pthread_join(thread, result);
    while (error == ETIMEDOUT && (status = rh_ctx_status(ctx)) == RH_OK) {
        struct timespec ts = on_wall_clock(next_look(ctx));
        error = pthread_timedjoin_np(thread, result, &ts);
    }
    pthread_setcancelstate(cancel_state, NULL);
    waits_end(&note);
    return error == ETIMEDOUT ? status : status_of(error);
}
