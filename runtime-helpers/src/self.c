#include "self.h"

#include <stdatomic.h>

#include "task.h"

_Thread_local struct rh_self rh_self __attribute__((tls_model("initial-exec")));

uint64_t rh_task_id_next(void)
{
    static atomic_ullong last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

uint64_t rh_task_id(void)
{
    if (rh_self.id == 0)
        rh_self.id = rh_task_id_next();
    return rh_self.id;
}
