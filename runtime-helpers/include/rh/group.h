/* rh/group.h: tasks that belong together.
 *
 * A group starts tasks, waits for all of them, and keeps every error and every panic.  The first error, and
 * any panic, cancels the group's context, so that the others can stop; a panic is kept and has cancelled
 * before the task counts as ended.  Nothing is hidden: a panic's record is written when it happens, on the
 * panicking stack, and a panic that nobody waited for is reported once more when the process exits.
 *
 *     rh_group *group = rh_group_new(ctx, 0);
 *     for (...)
 *         rh_group_go(group, work, &item[i]);
 *     rh_status status = rh_group_wait(group);
 *
 * Ownership: the caller's, from new to destroy.  A group may be used again after a wait that returned
 * anything but RH_TIMEOUT; the next go then starts afresh, with no errors and a new context. Threads: go and
 * the waits may be called from any thread, also from the group's own tasks (go: yes; wait: never, it would
 * wait for itself).
 */
#ifndef RH_GROUP_H
#define RH_GROUP_H

#include <rh/channel.h>
#include <rh/go.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_group rh_group;

/* A group under `ctx` (retained; NULL: background), with at most `limit` tasks at a time (0: any number).
 * NULL: no memory. */
RH_API rh_group *rh_group_new(rh_ctx *ctx, unsigned limit);

/* Starts fn(the group's context, arg).  Blocks while `limit` tasks run: a task of a group with a limit that
 * starts more in it should use rh_group_try_go, or all may wait for each other.  RH_CANCELLED, RH_TIMEOUT:
 * the group's context has ended, nothing was started.  RH_ENOMEM, RH_ESYS: as rh_go; nothing was started. */
RH_API rh_status rh_group_go(rh_group *group, rh_work fn, void *arg);

/* The same without blocking; also RH_FULL: `limit` tasks run. */
RH_API rh_status rh_group_try_go(rh_group *group, rh_work fn, void *arg);

/* Waits until every task has ended.  RH_OK: all returned NULL.  RH_PANIC: at least one panicked.  RH_FAILED:
 * none did, but at least one returned an error.  Blocks for as long as the tasks do. */
RH_API RH_NODISCARD rh_status rh_group_wait(rh_group *group);

/* The same until the absolute time at most; also RH_TIMEOUT: tasks still run, nothing was changed. */
RH_API RH_NODISCARD rh_status rh_group_wait_until(rh_group *group, rh_ns deadline);

/* The group's context: for those who want to watch or cancel it.  Valid until the next go after a wait, or
 * destroy. */
RH_API rh_ctx *rh_group_ctx(rh_group *group);

/* What was kept, in the order in which it happened; until the next go after a wait, or destroy.  `*error` is
 * not a new reference.  False: no such index. */
RH_API size_t rh_group_error_count(rh_group *group);
RH_API bool rh_group_error(rh_group *group, size_t index, rh_error **error);
RH_API size_t rh_group_panic_count(rh_group *group);
RH_API bool rh_group_panic(rh_group *group, size_t index, rh_panic_record *record);

/* Adds an error from outside, as if a task had returned it; takes over the reference. */
RH_API void rh_group_fail(rh_group *group, rh_error *error);

/* Joins an error channel to the group: a task of the group receives rh_error pointers from `errors` until it
 * is closed and drained, and adds each.  However many senders there are, none waits for a reader that comes
 * too late.  The channel is retained; its elements must be of type rh_error *.  The group's wait waits for
 * the close. Status as rh_group_go; RH_EINVAL: the elements are of another size. */
RH_API rh_status rh_group_collect(rh_group *group, rh_chan *errors);

/* Cancels, waits for every task, frees.  NULL is allowed. */
RH_API void rh_group_destroy(rh_group *group);

/* How many panics in groups of this process nobody has waited for yet. */
RH_API size_t rh_panics_unseen(void);

#ifdef __cplusplus
}
#endif
#endif
