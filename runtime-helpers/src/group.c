/* Groups.  One lock each, never held while user code runs; one condition, for those who wait for a task to
 * end. */
#include <rh/group.h>

#include <pthread.h>
#include <rh/panic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chan.h"
#include "fail.h"
#include "unseen.h"
#include "waits.h"

struct kept {
    struct kept *next;
    rh_error *error;        /* or NULL: a panic */
    bool has_record;        /* false: there was no memory for it */
    rh_panic_record record; /* allocated only for panics */
};

struct rh_group {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    rh_ctx *parent, *ctx;
    unsigned limit, running;
    bool waited; /* the next go starts afresh */
    size_t errors, panics, unseen;
    struct kept *first, **last;
};

struct member {
    rh_group *group;
    rh_work fn;
    void *arg;
    rh_ctx *ctx;
    rh_error *error;
};

rh_group *rh_group_new(rh_ctx *ctx, unsigned limit)
{
    pthread_condattr_t attributes;
    rh_group *group = rh_alloc(sizeof *group);
    if (!group)
        return NULL;
    group->ctx = rh_ctx_new(ctx);
    if (!group->ctx) {
        free(group);
        return NULL;
    }
    group->parent = ctx ? rh_ctx_retain(ctx) : rh_ctx_background();
    group->limit = limit;
    group->last = &group->first;
    pthread_mutex_init(&group->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&group->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    return group;
}

static void forget_kept(rh_group *group)
{
    for (struct kept *kept = group->first, *next; kept; kept = next) {
        next = kept->next;
        rh_error_release(kept->error);
        free(kept);
    }
    group->first = NULL;
    group->last = &group->first;
    group->errors = group->panics = 0;
}

/* Under the lock. */
static void keep(rh_group *group, rh_error *error, const rh_panic_record *record)
{
    size_t size = record ? sizeof(struct kept) : offsetof(struct kept, record);
    struct kept *kept = rh_alloc(size);
    group->errors += error != NULL;
    group->panics += record != NULL;
    if (!kept) {
        rh_error_release(error);
        return;
    }
    kept->error = error;
    kept->has_record = record != NULL;
    if (record)
        kept->record = *record;
    *group->last = kept;
    group->last = &kept->next;
}

/* Keep, cancel, count: in this order, so that who sees the count drop sees the rest. */
static void member_ended(rh_group *group, rh_ctx *ctx, rh_error *error, const rh_panic_record *record)
{
    if (error || record) {
        pthread_mutex_lock(&group->lock);
        keep(group, error, record);
        if (record) {
            group->unseen++;
            rh_unseen_add();
        }
        pthread_mutex_unlock(&group->lock);
        rh_ctx_cancel(ctx, record ? RH_PANIC : RH_FAILED, record ? record->message : rh_error_message(error));
    }
    pthread_mutex_lock(&group->lock);
    group->running--;
    pthread_cond_broadcast(&group->ended);
    pthread_mutex_unlock(&group->lock);
}

static void member_call(void *arg)
{
    struct member *member = arg;
    member->error = member->fn(member->ctx, member->arg);
}

static rh_error *member_run(rh_ctx *ctx, void *arg)
{
    struct member member = *(struct member *)arg;
    struct waits_work work;
    rh_panic_record record;
    free(arg);
    member.ctx = ctx;
    waits_work_begin(&work, member.group);
    rh_status status = rh_try(member_call, &member, &record);
    waits_work_end(&work);
    member_ended(member.group, ctx, member.error, status == RH_PANIC ? &record : NULL);
    return NULL;
}

/* Under the lock: after a wait, the next go begins with a clean group. */
static rh_status start_afresh(rh_group *group)
{
    if (!group->waited)
        return RH_OK;
    rh_ctx *ctx = rh_ctx_new(group->parent);
    if (!ctx)
        return RH_ENOMEM;
    rh_ctx_release(group->ctx);
    group->ctx = ctx;
    group->waited = false;
    forget_kept(group);
    return RH_OK;
}

/* Under the lock: a place among the running, or why not. */
static rh_status take_place(rh_group *group, bool block)
{
    rh_status status = start_afresh(group);
    while (status == RH_OK && group->limit > 0 && group->running >= group->limit) {
        if (!block)
            return RH_FULL;
        pthread_cond_wait(&group->ended, &group->lock);
    }
    if (status == RH_OK)
        status = rh_ctx_status(group->ctx);
    if (status == RH_OK)
        group->running++;
    return status;
}

static rh_status go(rh_group *group, rh_work fn, void *arg, bool block, const void *site)
{
    struct member *member = rh_fail_point("group.go", ENOMEM) ? NULL : rh_alloc(sizeof *member);
    if (!member)
        return RH_ENOMEM;
    pthread_mutex_lock(&group->lock);
    rh_status status = take_place(group, block);
    rh_ctx *ctx = status == RH_OK ? rh_ctx_retain(group->ctx) : NULL;
    pthread_mutex_unlock(&group->lock);
    if (status != RH_OK) {
        free(member);
        return status;
    }
    *member = (struct member){.group = group, .fn = fn, .arg = arg};
    status = rh_go_from(ctx, member_run, member, NULL, site);
    if (status != RH_OK) {
        free(member);
        member_ended(group, ctx, NULL, NULL);
    }
    rh_ctx_release(ctx);
    return status;
}

rh_status rh_group_go(rh_group *group, rh_work fn, void *arg)
{
    return go(group, fn, arg, true, __builtin_return_address(0));
}

rh_status rh_group_try_go(rh_group *group, rh_work fn, void *arg)
{
    return go(group, fn, arg, false, __builtin_return_address(0));
}

rh_status rh_group_wait_until(rh_group *group, rh_ns deadline)
{
    struct timespec until = {deadline / 1000000000, deadline % 1000000000};
    int error = 0;
    struct wait_note note; /* for a once that a member needs and this thread initialises */
    waits_work_wait_begin(&note, group);
    pthread_mutex_lock(&group->lock);
    while (group->running > 0 && error == 0)
        error = deadline == RH_FOREVER ? pthread_cond_wait(&group->ended, &group->lock)
                                       : pthread_cond_timedwait(&group->ended, &group->lock, &until);
    rh_status status = group->running > 0  ? RH_TIMEOUT
                       : group->panics > 0 ? RH_PANIC
                       : group->errors > 0 ? RH_FAILED
                                           : RH_OK;
    if (status != RH_TIMEOUT) {
        rh_unseen_remove(group->unseen);
        group->unseen = 0;
        group->waited = true;
    }
    pthread_mutex_unlock(&group->lock);
    waits_end(&note);
    return status;
}

rh_status rh_group_wait(rh_group *group)
{
    return rh_group_wait_until(group, RH_FOREVER);
}

rh_ctx *rh_group_ctx(rh_group *group)
{
    return group->ctx;
}

void rh_group_fail(rh_group *group, rh_error *error)
{
    if (!error)
        return;
    pthread_mutex_lock(&group->lock);
    rh_ctx *ctx = start_afresh(group) == RH_OK ? rh_ctx_retain(group->ctx) : NULL;
    group->running++;
    pthread_mutex_unlock(&group->lock);
    member_ended(group, ctx ? ctx : group->ctx, error, NULL);
    rh_ctx_release(ctx);
}

struct collector {
    rh_group *group;
    rh_chan *errors;
};

/* Receives without a context: errors sent after the first one, which cancels, are kept as well. */
static rh_error *collect(rh_ctx *ctx, void *arg)
{
    struct collector collector = *(struct collector *)arg;
    rh_error *error;
    (void)ctx;
    free(arg);
    while (rh_chan_recv(collector.errors, &error) == RH_OK)
        rh_group_fail(collector.group, error);
    rh_chan_release(collector.errors);
    return NULL;
}

rh_status rh_group_collect(rh_group *group, rh_chan *errors)
{
    struct collector *collector = rh_alloc(sizeof *collector);
    if (!collector)
        return RH_ENOMEM;
    *collector = (struct collector){group, rh_chan_retain(errors)};
    rh_status status =
        errors->elem_size == sizeof(rh_error *) ? rh_group_go(group, collect, collector) : RH_EINVAL;
    if (status != RH_OK) {
        rh_chan_release(errors);
        free(collector);
    }
    return status;
}

static size_t count(rh_group *group, size_t *which)
{
    pthread_mutex_lock(&group->lock);
    size_t found = *which;
    pthread_mutex_unlock(&group->lock);
    return found;
}

size_t rh_group_error_count(rh_group *group)
{
    return count(group, &group->errors);
}

size_t rh_group_panic_count(rh_group *group)
{
    return count(group, &group->panics);
}

/* The index-th kept panic or error, or NULL. */
static struct kept *find(rh_group *group, bool panic, size_t index)
{
    for (struct kept *kept = group->first; kept; kept = kept->next)
        if (kept->has_record == panic && index-- == 0)
            return kept;
    return NULL;
}

bool rh_group_error(rh_group *group, size_t index, rh_error **error)
{
    pthread_mutex_lock(&group->lock);
    struct kept *kept = find(group, false, index);
    if (kept)
        *error = kept->error;
    pthread_mutex_unlock(&group->lock);
    return kept != NULL;
}

bool rh_group_panic(rh_group *group, size_t index, rh_panic_record *record)
{
    pthread_mutex_lock(&group->lock);
    struct kept *kept = find(group, true, index);
    if (kept)
        *record = kept->record;
    pthread_mutex_unlock(&group->lock);
    return kept != NULL;
}

void rh_group_destroy(rh_group *group)
{
    if (!group)
        return;
    rh_ctx_cancel(group->ctx, RH_CANCELLED, "group destroyed");
    pthread_mutex_lock(&group->lock);
    while (group->running > 0)
        pthread_cond_wait(&group->ended, &group->lock);
    pthread_mutex_unlock(&group->lock);
    forget_kept(group);
    rh_ctx_release(group->ctx);
    rh_ctx_release(group->parent);
    pthread_cond_destroy(&group->ended);
    pthread_mutex_destroy(&group->lock);
    free(group);
}
