#include "self.h"

#include <stdatomic.h>

#include <rh/spawn.h>

_Thread_local struct rh_self rh_self __attribute__((tls_model("initial-exec")));

uint64_t rh_task_id(void)
{
    static atomic_ullong last;
    if (rh_self.id == 0)
        rh_self.id = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
    return rh_self.id;
}
