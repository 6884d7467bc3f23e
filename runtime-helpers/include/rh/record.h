/* rh/record.h: the panic record, what is known of one panic.
 *
 * A record is a plain value: copy it, keep it, send it.  It owns nothing; the program counters and spawn
 * sites in it are addresses of code, to be resolved with the build ids that the JSON line carries.
 *
 * When a panic happens its record is written as one line of JSON, shaped as an OpenTelemetry log record,
 * before anything is unwound.  The line goes to standard error, or where RH_PANIC_LOG says: a descriptor
 * number, a path (opened for appending), or "off".  Writing uses preallocated memory only and one write(2)
 * per line.
 */
#ifndef RH_RECORD_H
#define RH_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_TYPE_SIZE    96
#define RH_MESSAGE_SIZE 256
#define RH_TRACE_DEPTH  32
#define RH_SPAWN_DEPTH  5
#define RH_LOCK_DEPTH   4

typedef enum rh_panic_kind {
    RH_KIND_PANIC = 1, /* rh_panic, rh::panic */
    RH_KIND_EXCEPTION, /* a C++ (or other language's) exception that nobody caught */
    RH_KIND_EXIT,      /* rh_exit in a task */
    RH_KIND_ABORT,     /* rh_abort in a task, or abort() where RH_RECOVER_ABORT stands */
    RH_KIND_ASSERT,    /* rh_assert in a task */
    RH_KIND_FAULT      /* a hardware fault */
} rh_panic_kind;

/* The W3C trace context; all zero when there is none. */
typedef struct rh_trace {
    unsigned char trace_id[16];
    unsigned char span_id[8];
    unsigned char flags;
} rh_trace;

typedef struct rh_panic_record {
    rh_panic_kind kind;
    int code;                                /* rh_panic's code, the exit status, or the signal number */
    bool unwound;                            /* every cleanup between the panic and its frame was run */
    bool recovered;                          /* a frame stood; false: the process ends with this panic */
    uint64_t task;                           /* rh_task_id() of the task that panicked */
    int64_t thread;                          /* the kernel's thread id */
    int64_t unix_ns;                         /* wall clock, nanoseconds since 1970 */
    char thread_name[16];                    /* empty for a panic that nobody but its frame sees */
    char type[RH_TYPE_SIZE];                 /* the exception's type, a signal's name, or the kind's name */
    char message[RH_MESSAGE_SIZE];           /* never absent, cut where it is too long */
    const void *fault_address;               /* for faults, else NULL */
    const void *spawn_sites[RH_SPAWN_DEPTH]; /* who spawned this task, who spawned that one, ...; then NULL */
    const void *trace[RH_TRACE_DEPTH];       /* return addresses, innermost first */
    unsigned trace_count;
    const void *locks[RH_LOCK_DEPTH]; /* rh_mutexes held, newest first; then NULL */
    unsigned lock_count;              /* how many were held, also beyond RH_LOCK_DEPTH */
    rh_trace context;
} rh_panic_record;

/* "panic", "exception", "exit", "abort", "assert", "fault"; never NULL. */
RH_API const char *rh_panic_kind_name(rh_panic_kind kind);

/* The record as its JSON line, newline included, NUL-terminated.  Returns the length; a text that does not
 * fit loses trace entries first.  `size` must be at least 1024.  Async-signal-safe. */
RH_API size_t rh_record_json(const rh_panic_record *record, char *text, size_t size);

/* Where lines go from now on; -1: nowhere.  The descriptor stays the caller's and must stay open.  Any
 * thread. */
RH_API void rh_panic_log_set(int fd);

#ifdef __cplusplus
}
#endif
#endif
