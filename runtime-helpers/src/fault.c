#include "fault.h"

rh_status rh_fault_prepare(unsigned flags)
{
    (void)flags;
    return RH_OK;
}

void rh_fault_thread_end(struct rh_store *store)
{
    (void)store;
}
