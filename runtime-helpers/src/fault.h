/* fault.h (internal): hardware faults and abort() as panics. */
#ifndef RH_SRC_FAULT_H
#define RH_SRC_FAULT_H

#include "frame.h"
#include "store.h"

/* Makes this thread and process ready for the RH_RECOVER_* flags; RH_ESYS or RH_ENOMEM where it can't. */
rh_status rh_fault_prepare(unsigned flags);

/* Gives back the thread's signal stack. */
void rh_fault_thread_end(struct rh_store *store);

#endif
