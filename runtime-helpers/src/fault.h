/* fault.h (internal): hardware faults and abort() as panics.
 *
 * The signal handler looks for a frame of its own thread that opted in.  Without one it writes the record and
 * leaves the signal to whoever had it before.  With one it lets the interrupted code "call"
 * rh_fault_trampoline: it saves the registers on that code's stack and returns there, so that the signal mask
 * is restored by the kernel and the panic is raised on the ordinary stack, with unwind information that leads
 * through the interrupted function.  On a stack overflow there is no room for that: the record is written on
 * the signal stack, and the rest is a jump.
 */
#ifndef RH_SRC_FAULT_H
#define RH_SRC_FAULT_H

#include <signal.h>

#include "frame.h"
#include "store.h"

/* What the handler leaves on the interrupted stack.  The trampoline's CFI knows the offsets of `registers`.
 */
struct rh_fault {
    uint64_t registers[16];
    struct rh_frame *frame;
    const void *address;
    int signal;
};

/* Where a fault on this stack could be raised; from the platform part. */
extern void rh_fault_trampoline(void);
uintptr_t rh_fault_stack_pointer(const void *ucontext);
void rh_fault_divert(void *ucontext, struct rh_fault *fault);

/* Called by the trampoline. */
_Noreturn void rh_fault_raise(const struct rh_fault *fault);

/* Makes this thread and process ready for the RH_RECOVER_* flags; RH_ESYS or RH_ENOMEM where it can't. */
rh_status rh_fault_prepare(unsigned flags);

/* Gives back the thread's signal stack. */
void rh_fault_thread_end(struct rh_store *store);

#endif
