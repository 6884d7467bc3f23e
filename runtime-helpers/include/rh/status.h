/* rh/status.h: the one status enum, time, and export macros of runtime-helpers.
 *
 * Every function that can fail for a reason of this library returns an `rh_status`; functions that are
 * drop-ins for something else return what their namesake returns.  Where an errno explains more, errno is
 * set as well and the function's comment says so.
 */
#ifndef RH_STATUS_H
#define RH_STATUS_H

#include <stdint.h>

#if defined(__GNUC__)
#define RH_API __attribute__((visibility("default")))
#define RH_NODISCARD __attribute__((warn_unused_result))
#define RH_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define RH_API
#define RH_NODISCARD
#define RH_PRINTF(f, a)
#endif

#ifdef __cplusplus
#define RH_NORETURN [[noreturn]]
extern "C" {
#else
#define RH_NORETURN _Noreturn
#endif

typedef enum rh_status {
    RH_OK = 0,     /* done */
    RH_CLOSED,     /* the channel is closed (and, for a receive, drained) */
    RH_FULL,       /* try_send: no room now */
    RH_EMPTY,      /* try_recv: nothing there now */
    RH_TIMEOUT,    /* the deadline passed */
    RH_CANCELLED,  /* the context ended */
    RH_DEGRADED,   /* a guard or breaker refused, or a fallback answered */
    RH_PANIC,      /* the callee panicked; its record says how */
    RH_EREENTRANT, /* the same task is already inside (rh_once) */
    RH_EINVAL,     /* an argument is wrong; nothing was done */
    RH_ENOMEM,     /* no memory; nothing was done */
    RH_ESYS,       /* a system call failed; errno says how */
    RH_FAILED      /* the callee returned an rh_error */
} rh_status;

/* A stable lower-case name such as "closed"; never NULL.  Any thread, async-signal-safe. */
RH_API const char *rh_status_name(rh_status status);

/* Times are nanoseconds of CLOCK_MONOTONIC; `_until` functions take absolute ones. */
typedef int64_t rh_ns;
#define RH_FOREVER INT64_MAX
RH_API rh_ns rh_now(void);

#ifdef __cplusplus
}
#endif
#endif
