/* rh/spawn.h: tasks, and drop-ins that start them.
 *
 * A task is a function that runs under a root frame: a panic in it is recorded and ends the task, not the
 * process. The drop-ins take what their namesakes take and return what those return; the thread is a real
 * one, with the identity, thread-local storage, signal mask and cancellation of its namesake.
 *
 * What they catch: rh_panic and its relatives, and every C++ exception that leaves the entry, whichever
 * language called rh_pthread_create.  pthread_exit and pthread_cancel end the thread as ever.
 */
#ifndef RH_SPAWN_H
#define RH_SPAWN_H

#include <pthread.h>

#include <rh/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The identity of the running task: never 0, never used twice in a process, the same for as long as the task
 * runs.  A thread that this library did not start gets one at its first call.  Any thread; never blocks. */
RH_API uint64_t rh_task_id(void);

/* What pthread_join gives for a thread that panicked: an address that no other code returns. */
RH_API extern char rh_panicked_mark;
#define RH_PANICKED ((void *)&rh_panicked_mark)

/* What thrd_join gives for a thread that panicked. */
#define RH_THRD_PANICKED (-0x52485043)

/* Drop-in for pthread_create; the same errors (EAGAIN also where the library's own allocation fails).  A
 * panic ends the thread with the result RH_PANICKED; rh_thread_record has the record. */
RH_API int rh_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
                             void *arg);

/* Takes the record of a thread that panicked: RH_OK with *record filled, the first time it is asked for;
 * RH_EMPTY: it did not panic, or runs still, or the record was taken.  Ask after pthread_join or before (the
 * identity is compared, never used).  The last 64 records are kept, so that detached threads that panic can't
 * fill the memory. */
RH_API rh_status rh_thread_record(pthread_t thread, rh_panic_record *record);

/* Drop-in for thrd_create: thrd_success, thrd_nomem or thrd_error.  After a panic the join result is
 * RH_THRD_PANICKED.  thrd_t is pthread_t in glibc and musl; <threads.h> is not included here, because many
 * programs have a header of their own by that name. */
RH_API int rh_thrd_create(pthread_t *thread, int (*start)(void *arg), void *arg);

/* For those who start threads in other ways: what a task inherits from who spawns it. */
typedef struct rh_spawn_info {
    const void *sites[RH_SPAWN_DEPTH]; /* the code that spawned it, its spawner's, ...; then NULL */
    rh_trace context;                  /* the trace it belongs to */
    const char *name;                  /* for dumps: static text or NULL */
} rh_spawn_info;

/* Fills `info` from the running task; `site` is an address in the spawning function
 * (__builtin_return_address(0)). */
RH_API void rh_spawn_capture(rh_spawn_info *info, const void *site);

/* Runs fn(arg) as a task on this very thread: with an identity of its own and a root frame.  RH_OK: it
 * returned; RH_PANIC: it panicked, and `*record`, unless NULL, says how.  `info` may be NULL; it is copied.
 */
RH_API rh_status rh_task_run(const rh_spawn_info *info, void (*fn)(void *arg), void *arg,
                             rh_panic_record *record);

/* As rh_task_run with flags of rh_try_with; RH_EINVAL and RH_ESYS as there. */
RH_API rh_status rh_task_run_with(const rh_spawn_info *info, unsigned flags, void (*fn)(void *arg), void *arg,
                                  rh_panic_record *record);

/* The two halves of a drop-in for any function that starts threads with a void *(*)(void *): rh_entry_new
 * packs fn and arg with what the task inherits, and rh_entry_run, given to that function with the pack as its
 * argument, unpacks, frees and runs them as a task.  It returns what fn returns, or RH_PANICKED.  NULL: no
 * memory.  rh_entry_free is for when the thread could not be started. */
RH_API void *rh_entry_new(void *(*fn)(void *arg), void *arg, const void *site);
RH_API void *rh_entry_run(void *entry);
RH_API void rh_entry_free(void *entry);

/* Keeps a record for rh_thread_record(pthread_self()), in place of one kept before. */
RH_API void rh_thread_record_keep(const rh_panic_record *record);

#ifdef __cplusplus
}
#endif
#endif
