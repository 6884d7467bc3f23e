/* self.h (internal): what the library keeps per thread.
 *
 * One small struct in initial-exec TLS, so that reaching it is one instruction, also from a signal handler.
 * It is zero in a thread that never used the library; nothing in it needs a destructor.
 */
#ifndef RH_SRC_SELF_H
#define RH_SRC_SELF_H

#include <stdbool.h>
#include <stdint.h>

struct rh_frame;
struct rh_task;
struct rh_store;

struct rh_self {
    struct rh_frame *top;   /* innermost frame of rh_try or of a task's root, or NULL */
    struct rh_task *task;   /* the task running here, owned by who spawned it, or NULL */
    uint64_t id;            /* rh_task_id(), 0 until asked for */
    int64_t thread;         /* the kernel's thread id, once looked up */
    struct rh_cxa *cxa;     /* this thread's __cxa_eh_globals, once looked up */
    struct rh_lock *locks;  /* the rh_mutexes held, newest first */
    struct rh_store *store; /* this thread's heap part, see store.h */
    unsigned inlined;       /* depth of tasks that a wait runs on this thread */
    bool terminating;       /* inside our terminate handler */
    unsigned reporting;     /* depth of record writers, hooks and recover handlers */
};

extern _Thread_local struct rh_self rh_self __attribute__((tls_model("initial-exec")));

#endif
