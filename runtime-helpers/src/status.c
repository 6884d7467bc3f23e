#include <rh/status.h>

#include <time.h>

const char *rh_status_name(rh_status status)
{
    static const char *const names[] = {
        [RH_OK] = "ok",
        [RH_CLOSED] = "closed",
        [RH_FULL] = "full",
        [RH_EMPTY] = "empty",
        [RH_TIMEOUT] = "timeout",
        [RH_CANCELLED] = "cancelled",
        [RH_DEGRADED] = "degraded",
        [RH_PANIC] = "panic",
        [RH_EREENTRANT] = "reentrant",
        [RH_EINVAL] = "invalid",
        [RH_ENOMEM] = "no memory",
        [RH_ESYS] = "system error",
        [RH_FAILED] = "failed",
    };
    if ((unsigned)status >= sizeof names / sizeof *names)
        return "unknown";
    return names[status];
}

rh_ns rh_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (rh_ns)ts.tv_sec * 1000000000 + ts.tv_nsec;
}
