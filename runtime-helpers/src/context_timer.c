/* context_timer.c: one thread that ends contexts at their deadlines.
 *
 * Most waiters watch a context's deadline themselves and never need it.  Only a hook or a descriptor does:
 * the first of those on a context with a deadline puts the context in the heap below and starts the thread,
 * which leaves again when the heap has been empty for a moment.  The heap holds no references; a context
 * takes itself out before it dies. */
#include "ctx.h"
#include "fail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { linger_ms = 50 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool initialised, running;
    struct rh_ctx **heap; /* heap[1] is the earliest; slots are 1-based */
    size_t used, room;
} timer = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void place(size_t slot, struct rh_ctx *ctx)
{
    timer.heap[slot] = ctx;
    ctx->timer_slot = slot;
}

static void sift_up(size_t slot)
{
    struct rh_ctx *ctx = timer.heap[slot];
    for (; slot > 1 && timer.heap[slot / 2]->deadline > ctx->deadline; slot /= 2)
        place(slot, timer.heap[slot / 2]);
    place(slot, ctx);
}

static void sift_down(size_t slot)
{
    struct rh_ctx *ctx = timer.heap[slot];
    for (size_t child; (child = slot * 2) <= timer.used; slot = child) {
        if (child < timer.used && timer.heap[child + 1]->deadline < timer.heap[child]->deadline)
            child++;
        if (timer.heap[child]->deadline >= ctx->deadline)
            break;
        place(slot, timer.heap[child]);
    }
    place(slot, ctx);
}

static void heap_remove(struct rh_ctx *ctx)
{
    size_t slot = ctx->timer_slot;
    struct rh_ctx *last = timer.heap[timer.used--];
    ctx->timer_slot = 0;
    if (last == ctx)
        return;
    place(slot, last);
    sift_up(slot);
    sift_down(last->timer_slot);
}

static bool heap_reserve(void)
{
    if (timer.used + 1 < timer.room)
        return true;
    size_t room = timer.room ? timer.room * 2 : 64;
    struct rh_ctx **heap = realloc(timer.heap, room * sizeof *heap);
    if (!heap)
        return false;
    timer.heap = heap;
    timer.room = room;
    return true;
}

/* Ends the earliest context if it is due.  Called with the lock held; lets go of it meanwhile. */
static bool end_one_due(void)
{
    if (timer.used == 0 || timer.heap[1]->deadline > rh_now())
        return false;
    struct rh_ctx *ctx = timer.heap[1];
    heap_remove(ctx);
    if (!ctx_retain_if_alive(ctx))
        return true;
    pthread_mutex_unlock(&timer.lock);
    ctx_end(ctx, RH_TIMEOUT, ETIMEDOUT, "deadline passed");
    rh_ctx_release(ctx);
    pthread_mutex_lock(&timer.lock);
    return true;
}

static int wait_until(rh_ns until)
{
    struct timespec ts = {until / 1000000000, until % 1000000000};
    return pthread_cond_timedwait(&timer.wake, &timer.lock, &ts);
}

static void *run(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&timer.lock);
    for (;;) {
        if (end_one_due())
            continue;
        bool idle = timer.used == 0;
        int error = wait_until(idle ? rh_now() + linger_ms * 1000000LL : timer.heap[1]->deadline);
        if (idle && error == ETIMEDOUT && timer.used == 0)
            break;
    }
    timer.running = false;
    free(timer.heap);
    timer.heap = NULL;
    timer.room = 0;
    pthread_mutex_unlock(&timer.lock);
    return NULL;
}

static void initialise(void)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&timer.wake, &attr);
    pthread_condattr_destroy(&attr);
    timer.initialised = true;
}

/* A detached thread that takes no signals. */
static int start(void)
{
    if (!timer.initialised)
        initialise();
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = rh_fail_point("ctx.thread", EAGAIN);
    if (!error)
        error = pthread_create(&thread, &attr, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return error;
}

/* Called with the lock held. */
static rh_status add_locked(struct rh_ctx *ctx)
{
    if (ctx->timer_slot != 0 || atomic_load(&ctx->state) != RH_OK)
        return RH_OK;
    if (rh_fail_point("ctx.timer", ENOMEM) || !heap_reserve())
        return RH_ENOMEM;
    if (!timer.running && (errno = start()) != 0)
        return RH_ESYS;
    timer.running = true;
    timer.heap[++timer.used] = ctx;
    sift_up(timer.used);
    pthread_cond_signal(&timer.wake);
    return RH_OK;
}

rh_status ctx_timer_add(struct rh_ctx *ctx)
{
    if (!ctx || ctx->deadline == RH_FOREVER)
        return RH_OK;
    pthread_mutex_lock(&timer.lock);
    rh_status status = add_locked(ctx);
    pthread_mutex_unlock(&timer.lock);
    return status;
}

void ctx_timer_remove(struct rh_ctx *ctx)
{
    if (ctx->deadline == RH_FOREVER)
        return;
    pthread_mutex_lock(&timer.lock);
    if (ctx->timer_slot != 0)
        heap_remove(ctx);
    pthread_mutex_unlock(&timer.lock);
}
