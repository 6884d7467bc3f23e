/* frame.h (internal): the frames at which panics end.
 *
 * A frame lives on the stack of rh_try or of a task's root and is linked into its thread's list; the
 * innermost is rh_self.top.  rh_frame_call (assembly) stands between the frame and the user's function: its
 * personality routine sees every exception and forced unwind that would leave the function, and lets the
 * unwinder come back in it. sigsetjmp in rh_try would do as well, but costs more than all the rest of it;
 * rh_frame_call keeps what is needed.
 */
#ifndef RH_SRC_FRAME_H
#define RH_SRC_FRAME_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unwind.h>

#include <rh/panic.h>

#include "self.h"

enum { RH_INLINE_DEFERS = 4 };

enum rh_frame_state {
    RH_FRAME_RUNNING,
    RH_FRAME_UNWINDING, /* a panic is on its way here; a second one is fatal */
};

struct rh_defer {
    void (*fn)(void *);
    void *arg;
};

/* The head of libstdc++'s and libc++abi's __cxa_eh_globals (Itanium C++ ABI 2.2.2). */
struct rh_cxa {
    void *caught;
    unsigned uncaught;
};

struct rh_frame {
    uintptr_t stack; /* rh_frame_call's stack pointer at the call; the assembly knows the offset: 0 */
    struct rh_frame *previous;
    rh_panic_record *record; /* where the panic goes, or NULL */
    unsigned flags;
    enum rh_frame_state state;
    struct rh_lock *locks; /* rh_self.locks at entry: what is newer is held by this frame's function */
    struct rh_cxa cxa;     /* the C++ state at entry, if rh_self.cxa was known */
    unsigned defer_count;
    /* From here on set only when needed. */
    unsigned defer_room;
    struct rh_defer *defers; /* `few`, or the heap when those are not enough */
    struct rh_defer few[RH_INLINE_DEFERS];
    struct rh_cxa cxa_at_panic;
    struct _Unwind_Exception unwind; /* exception_cleanup is NULL unless a panic unwinds to this very frame */
    uintptr_t trace_from; /* address below which the stack is ours, when tracing while unwinding; or 0 */
    sigjmp_buf jump;      /* under ThreadSanitizer only, which wants to see setjmp and longjmp */
};

/* Runs fn(arg) under the frame; RH_OK or RH_PANIC.  The caller has set record and flags. */
rh_status rh_frame_run(struct rh_frame *frame, void (*fn)(void *), void *arg);

/* RH_OK, RH_EINVAL for unknown flags, RH_ESYS or RH_ENOMEM where the thread can't be made ready for them. */
rh_status rh_frame_flags_check(unsigned flags);

/* Assembly: calls fn(arg); 0 when it returned, 1 when it panicked or threw.  The unwinder comes back at
 * rh_frame_pad with the exception to be freed, or NULL; rh_frame_resume comes back without the unwinder. */
int rh_frame_call(void (*fn)(void *), void *arg, struct rh_frame *frame);
extern const char rh_frame_pad[];
_Noreturn void rh_frame_resume(struct rh_frame *frame);
void rh_frame_caught(struct _Unwind_Exception *exception);

/* Puts the record where the frame wants it. */
void rh_frame_deliver(struct rh_frame *frame, const rh_panic_record *record);

/* Whether ThreadSanitizer watches this process. */
extern void __tsan_func_entry(void *) __attribute__((weak));
static inline bool rh_under_tsan(void)
{
    return __builtin_expect(__tsan_func_entry != NULL, 0);
}

_Unwind_Reason_Code rh_unwind_stop(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                   struct _Unwind_Exception *exception, struct _Unwind_Context *context,
                                   void *arg);
void rh_unwind_begin(struct rh_frame *frame);         /* this frame and those inside are being left */
_Noreturn void rh_frame_jump(struct rh_frame *frame); /* without running anything on the way */

/* Unwinds to the frame.  Everything was recorded before.  Inline, because each function on the way costs. */
static inline _Noreturn void rh_unwind_to(struct rh_frame *frame)
{
    rh_unwind_begin(frame);
    _Unwind_ForcedUnwind(&frame->unwind, rh_unwind_stop, frame);
    rh_frame_jump(frame); /* the unwinder gave up: jump the rest */
}

#endif
