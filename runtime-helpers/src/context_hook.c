/* context_hook.c: hooks on a context, and its descriptor. */
#include "ctx.h"
#include "fail.h"

#include <errno.h>
#include <sys/eventfd.h>

/* Called with the lock held. */
static void link_hook(struct rh_ctx *ctx, rh_ctx_hook *hook)
{
    hook->linked = true;
    hook->next = ctx->hooks;
    hook->prev = NULL;
    if (hook->next)
        hook->next->prev = hook;
    ctx->hooks = hook;
}

static void unlink_hook(struct rh_ctx *ctx, rh_ctx_hook *hook)
{
    if (hook->prev)
        hook->prev->next = hook->next;
    else
        ctx->hooks = hook->next;
    if (hook->next)
        hook->next->prev = hook->prev;
    hook->linked = false;
}

/* Calls each hook with no lock held.  Nothing of a hook is touched once its function has begun, so that the
 * function may free it; `running` is compared, never followed. */
void ctx_run_hooks(struct rh_ctx *ctx)
{
    pthread_mutex_lock(&ctx->lock);
    ctx->runner = pthread_self();
    while (ctx->hooks) {
        rh_ctx_hook *hook = ctx->hooks;
        void (*fn)(void *) = hook->fn;
        void *arg = hook->arg;
        unlink_hook(ctx, hook);
        ctx->running = hook;
        pthread_mutex_unlock(&ctx->lock);
        fn(arg);
        pthread_mutex_lock(&ctx->lock);
        ctx->running = NULL;
        pthread_cond_broadcast(&ctx->hook_returned);
    }
    pthread_mutex_unlock(&ctx->lock);
}

bool ctx_watch(struct rh_ctx *ctx, rh_ctx_hook *hook, void (*fn)(void *), void *arg)
{
    *hook = (rh_ctx_hook){.fn = fn, .arg = arg};
    if (!ctx || ctx == rh_ctx_background())
        return true;
    hook->ctx = ctx;
    pthread_mutex_lock(&ctx->lock);
    bool live = atomic_load(&ctx->state) == RH_OK;
    if (live)
        link_hook(ctx, hook);
    pthread_mutex_unlock(&ctx->lock);
    return live;
}

rh_status rh_ctx_on_cancel(rh_ctx *ctx, rh_ctx_hook *hook, void (*fn)(void *arg), void *arg)
{
    rh_status status = ctx_timer_add(ctx);
    if (status != RH_OK)
        return status;
    if (rh_ctx_status(ctx) != RH_OK || !ctx_watch(ctx, hook, fn, arg)) {
        *hook = (rh_ctx_hook){.fn = fn, .arg = arg};
        fn(arg);
    }
    return RH_OK;
}

static bool stop(rh_ctx_hook *hook, bool wait)
{
    struct rh_ctx *ctx = hook->ctx;
    if (!ctx)
        return false;
    pthread_mutex_lock(&ctx->lock);
    bool stopped = hook->linked;
    if (stopped)
        unlink_hook(ctx, hook);
    else
        while (wait && ctx->running == hook && !pthread_equal(ctx->runner, pthread_self()))
            pthread_cond_wait(&ctx->hook_returned, &ctx->lock);
    pthread_mutex_unlock(&ctx->lock);
    return stopped;
}

bool rh_ctx_hook_stop(rh_ctx_hook *hook)
{
    return stop(hook, false);
}

bool rh_ctx_hook_stop_wait(rh_ctx_hook *hook)
{
    return stop(hook, true);
}

int rh_ctx_fd(rh_ctx *ctx)
{
    if (!ctx || ctx == rh_ctx_background()) {
        errno = EINVAL;
        return -1;
    }
    if (ctx_timer_add(ctx) != RH_OK)
        return -1;
    rh_ctx_status(ctx); /* a deadline that has passed ends it now */
    pthread_mutex_lock(&ctx->lock);
    if (ctx->fd < 0 && (errno = rh_fail_point("ctx.fd", EMFILE)) == 0)
        ctx->fd = eventfd(atomic_load(&ctx->state) != RH_OK, EFD_CLOEXEC | EFD_NONBLOCK);
    int fd = ctx->fd;
    pthread_mutex_unlock(&ctx->lock);
    return fd;
}
