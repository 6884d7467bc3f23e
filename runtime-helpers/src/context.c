/* context.c: making, ending and reading contexts. */
#include "ctx.h"
#include "fail.h"
#include "probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct rh_ctx background = {.deadline = RH_FOREVER, .fd = -1};

rh_ctx *rh_ctx_background(void)
{
    return &background;
}

/* Links the child, or ends it at once if the parent has ended; the parent's lock decides which. */
static void adopt(struct rh_ctx *parent, struct rh_ctx *child)
{
    if (parent == &background)
        return;
    pthread_mutex_lock(&parent->lock);
    int state = atomic_load(&parent->state);
    if (state == RH_OK) {
        child->next = parent->children;
        if (child->next)
            child->next->prev = child;
        parent->children = child;
        child->linked = true;
    }
    pthread_mutex_unlock(&parent->lock);
    if (state != RH_OK) {
        child->origin = parent->origin;
        atomic_store_explicit(&child->state, state, memory_order_release);
    }
}

static void disown(struct rh_ctx *child)
{
    struct rh_ctx *parent = child->parent;
    if (parent == &background)
        return;
    pthread_mutex_lock(&parent->lock);
    if (child->linked) {
        if (child->prev)
            child->prev->next = child->next;
        else
            parent->children = child->next;
        if (child->next)
            child->next->prev = child->prev;
        child->linked = false;
    }
    pthread_mutex_unlock(&parent->lock);
}

static struct rh_ctx *make(struct rh_ctx *parent, rh_ns deadline, const void *made_at)
{
    struct rh_ctx *ctx = rh_alloc(sizeof *ctx);
    if (!ctx)
        return NULL;
    if (!parent)
        parent = &background;
    ctx->parent = rh_ctx_retain(parent);
    ctx->deadline = parent->deadline < deadline ? parent->deadline : deadline;
    ctx->refs = 1;
    ctx->fd = -1;
    ctx->made_at = made_at;
    pthread_mutex_init(&ctx->lock, NULL);
    pthread_cond_init(&ctx->hook_returned, NULL);
    ctx_registry_add(ctx);
    return ctx;
}

rh_ctx *rh_ctx_new(rh_ctx *parent)
{
    struct rh_ctx *ctx = make(parent, RH_FOREVER, __builtin_return_address(0));
    if (ctx)
        adopt(ctx->parent, ctx);
    return ctx;
}

rh_ctx *rh_ctx_with_deadline(rh_ctx *parent, rh_ns deadline)
{
    struct rh_ctx *ctx = make(parent, deadline, __builtin_return_address(0));
    if (ctx)
        adopt(ctx->parent, ctx);
    return ctx;
}

rh_ctx *rh_ctx_with_timeout(rh_ctx *parent, rh_ns timeout)
{
    rh_ns now = rh_now();
    rh_ns deadline = timeout > RH_FOREVER - now ? RH_FOREVER : now + timeout;
    struct rh_ctx *ctx = make(parent, deadline, __builtin_return_address(0));
    if (ctx)
        adopt(ctx->parent, ctx);
    return ctx;
}

rh_ctx *rh_ctx_with_value(rh_ctx *parent, const void *key, void *value, void (*drop)(void *value))
{
    struct rh_ctx *ctx = make(parent, RH_FOREVER, __builtin_return_address(0));
    if (!ctx)
        return NULL;
    ctx->key = key;
    ctx->value = value;
    ctx->drop = drop;
    adopt(ctx->parent, ctx);
    return ctx;
}

rh_ctx *rh_ctx_retain(rh_ctx *ctx)
{
    if (ctx && ctx != &background)
        atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
    return ctx;
}

bool ctx_retain_if_alive(struct rh_ctx *ctx)
{
    unsigned refs = atomic_load_explicit(&ctx->refs, memory_order_relaxed);
    while (refs != 0)
        if (atomic_compare_exchange_weak(&ctx->refs, &refs, refs + 1))
            return true;
    return false;
}

static void destroy(struct rh_ctx *ctx)
{
    disown(ctx);
    ctx_timer_remove(ctx);
    ctx_registry_remove(ctx);
    if (ctx->fd >= 0)
        close(ctx->fd);
    if (ctx->drop)
        ctx->drop(ctx->value);
    pthread_cond_destroy(&ctx->hook_returned);
    pthread_mutex_destroy(&ctx->lock);
    free(ctx);
}

void rh_ctx_release(rh_ctx *ctx)
{
    while (ctx && ctx != &background && atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) == 1) {
        struct rh_ctx *parent = ctx->parent;
        destroy(ctx);
        ctx = parent;
    }
}

/* Takes every living child off `ctx` and onto the work list.  Called with the lock held. */
static void collect_children(struct rh_ctx *ctx, struct rh_ctx **work)
{
    for (struct rh_ctx *child = ctx->children; child; child = child->next) {
        child->linked = false;
        if (!ctx_retain_if_alive(child))
            continue;
        child->work = *work;
        *work = child;
    }
    ctx->children = NULL;
}

struct ending {
    rh_status status;
    int code;
    const char *message;
    const struct rh_ctx *origin; /* NULL: the context itself */
};

/* The cause has to stand before the state says that there is one.  Called with the lock held. */
static void set_ended(struct rh_ctx *ctx, const struct ending *how)
{
    ctx->origin = how->origin ? how->origin : ctx;
    if (!how->origin) {
        ctx->code = how->code;
        strncpy(ctx->message, how->message ? how->message : "cancelled", sizeof ctx->message - 1);
    }
    atomic_store_explicit(&ctx->state, how->status, memory_order_release);
}

/* Ends one context; its children are then on the work list, each with a reference. */
static bool end_one(struct rh_ctx *ctx, const struct ending *how, struct rh_ctx **work)
{
    pthread_mutex_lock(&ctx->lock);
    bool first = atomic_load(&ctx->state) == RH_OK;
    if (first) {
        set_ended(ctx, how);
        collect_children(ctx, work);
        if (ctx->fd >= 0)
            eventfd_write(ctx->fd, 1);
    }
    pthread_mutex_unlock(&ctx->lock);
    if (first)
        ctx_run_hooks(ctx);
    return first;
}

bool ctx_end(struct rh_ctx *ctx, rh_status status, int code, const char *message)
{
    if (ctx == NULL || ctx == &background)
        return false;
    struct ending how = {status, code, message, NULL};
    RH_PROBE2(ctx_cancel, ctx, code);
    struct rh_ctx *work = NULL;
    bool ended = end_one(ctx, &how, &work);
    how.origin = ctx;
    while (work) {
        struct rh_ctx *child = work;
        work = child->work;
        end_one(child, &how, &work);
        rh_ctx_release(child);
    }
    return ended;
}

bool rh_ctx_cancel(rh_ctx *ctx, int code, const char *message)
{
    return ctx_end(ctx, RH_CANCELLED, code, message);
}

rh_status rh_ctx_status(rh_ctx *ctx)
{
    if (!ctx)
        return RH_OK;
    int state = atomic_load_explicit(&ctx->state, memory_order_acquire);
    if (state == RH_OK && ctx->deadline != RH_FOREVER && rh_now() >= ctx->deadline) {
        ctx_end(ctx, RH_TIMEOUT, ETIMEDOUT, "deadline passed");
        state = atomic_load_explicit(&ctx->state, memory_order_acquire);
    }
    return (rh_status)state;
}

const char *rh_ctx_cause(rh_ctx *ctx, int *code)
{
    if (rh_ctx_status(ctx) == RH_OK)
        return NULL;
    if (code)
        *code = ctx->origin->code;
    return ctx->origin->message;
}

rh_ns rh_ctx_deadline(rh_ctx *ctx)
{
    return ctx ? ctx->deadline : RH_FOREVER;
}

void *rh_ctx_value(rh_ctx *ctx, const void *key)
{
    for (; ctx; ctx = ctx->parent)
        if (ctx->key == key && key)
            return ctx->value;
    return NULL;
}
