/* context_live.c: which contexts have not been released, and saying so at exit when asked. */
#define _GNU_SOURCE /* dladdr */
#include "ctx.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock;
    struct rh_ctx *first;
    size_t count;
    bool at_exit;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void print_one(rh_ctx *ctx, const void *made_at, unsigned refs, void *arg)
{
    (void)arg;
    Dl_info where = {0};
    const char *object = dladdr(made_at, &where) && where.dli_fname ? where.dli_fname : "?";
    size_t offset = (size_t)((const char *)made_at - (const char *)where.dli_fbase);
    dprintf(STDERR_FILENO, "rh: context %p never released: %u reference(s), made at %s+0x%zx%s%s\n",
            (void *)ctx, refs, object, offset, where.dli_sname ? " in " : "",
            where.dli_sname ? where.dli_sname : "");
}

static void report(void)
{
    size_t live = rh_ctx_live();
    if (live == 0)
        return;
    dprintf(STDERR_FILENO, "rh: %zu context(s) never released\n", live);
    rh_ctx_each_live(print_one, NULL);
}

/* The library prints nothing unasked; a process that wants the list says so before its first context. */
static void arrange_report(void)
{
    const char *wanted = getenv("RH_LEAKS");
    if (wanted && wanted[0] == '1')
        atexit(report);
}

void ctx_registry_add(struct rh_ctx *ctx)
{
    pthread_mutex_lock(&registry.lock);
    bool first_ever = !registry.at_exit;
    registry.at_exit = true;
    ctx->live_next = registry.first;
    if (registry.first)
        registry.first->live_prev = ctx;
    registry.first = ctx;
    registry.count++;
    pthread_mutex_unlock(&registry.lock);
    if (first_ever)
        arrange_report();
}

void ctx_registry_remove(struct rh_ctx *ctx)
{
    pthread_mutex_lock(&registry.lock);
    if (ctx->live_prev)
        ctx->live_prev->live_next = ctx->live_next;
    else
        registry.first = ctx->live_next;
    if (ctx->live_next)
        ctx->live_next->live_prev = ctx->live_prev;
    registry.count--;
    pthread_mutex_unlock(&registry.lock);
}

size_t rh_ctx_live(void)
{
    pthread_mutex_lock(&registry.lock);
    size_t count = registry.count;
    pthread_mutex_unlock(&registry.lock);
    return count;
}

void rh_ctx_each_live(void (*fn)(rh_ctx *ctx, const void *made_at, unsigned refs, void *arg), void *arg)
{
    pthread_mutex_lock(&registry.lock);
    for (struct rh_ctx *ctx = registry.first; ctx; ctx = ctx->live_next)
        fn(ctx, ctx->made_at, atomic_load(&ctx->refs), arg);
    pthread_mutex_unlock(&registry.lock);
}
