/* Walking the stack before a panic, and unwinding it. */
#include <string.h>

#include "cleanup.h"
#include "cxx.h"
#include "lsda.h"
#include "panic.h"

enum { OWN_STACK = 16384 }; /* more than our functions use between a panic and the walk */

extern void __asan_handle_no_return(void) __attribute__((weak));

struct walk {
    rh_panic_record *record;
    struct rh_frame *frame;
    bool reached, blocked;
};

static void trace_add(rh_panic_record *record, struct _Unwind_Context *context)
{
    uintptr_t pc = (uintptr_t)_Unwind_GetIP(context);
    if (record->trace_count < RH_TRACE_DEPTH && pc != 0)
        record->trace[record->trace_count++] = (const void *)pc;
}

static _Unwind_Reason_Code walk_step(struct _Unwind_Context *context, void *arg)
{
    struct walk *walk = arg;
    rh_panic_record *record = walk->record;
    uintptr_t cfa = (uintptr_t)_Unwind_GetCFA(context);
    if ((uintptr_t)record - cfa < OWN_STACK && record->trace_count == 0)
        return _URC_NO_REASON; /* our own functions, below the record */
    if (walk->frame && cfa >= walk->frame->stack)
        walk->reached = true;
    if (walk->frame && !walk->reached && rh_lsda_terminates(context))
        walk->blocked = true;
    trace_add(record, context);
    bool done = record->trace_count == RH_TRACE_DEPTH && (!walk->frame || walk->reached);
    return done ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void rh_stack_walk(rh_panic_record *record, struct rh_frame *frame)
{
    struct walk walk = {record, frame, false, false};
    record->trace_count = 0;
    _Unwind_Backtrace(walk_step, &walk);
    record->unwound = frame && walk.reached && !walk.blocked;
}

void rh_frame_jump(struct rh_frame *frame)
{
    if (frame->record)
        frame->record->unwound = false;
    if (rh_under_tsan())
        siglongjmp(frame->jump, 1);
    if (__asan_handle_no_return)
        __asan_handle_no_return();
    rh_frame_resume(frame);
}

/* Called for each function on the way, before its cleanups. */
_Unwind_Reason_Code rh_unwind_stop(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                   struct _Unwind_Exception *exception, struct _Unwind_Context *context,
                                   void *arg)
{
    struct rh_frame *frame = arg;
    (void)version, (void)class, (void)exception;
    if (actions & _UA_END_OF_STACK)
        rh_frame_jump(frame);
    uintptr_t cfa = (uintptr_t)_Unwind_GetCFA(context);
    if (frame->trace_from && frame->record && frame->trace_from - cfa >= OWN_STACK)
        trace_add(frame->record, context);
    if (cfa == frame->stack) { /* arrived: the personality comes back in rh_frame_call */
        if (rh_under_tsan())
            siglongjmp(frame->jump, 1);
        return _URC_NO_REASON;
    }
    if (cfa > frame->stack || rh_lsda_terminates(context))
        rh_frame_jump(frame);
    return _URC_NO_REASON;
}

/* Called when a handler that caught the panic ends without rethrowing it: it goes on from there. */
static void swallowed(_Unwind_Reason_Code reason, struct _Unwind_Exception *exception)
{
    struct rh_frame *frame = (struct rh_frame *)((char *)exception - offsetof(struct rh_frame, unwind));
    if (reason == _URC_FOREIGN_EXCEPTION_CAUGHT)
        rh_unwind_to(frame);
}

/* All frames up to the target are on their way out: a panic in a cleanup must not end at one of them. */
static void frames_mark(struct rh_frame *target)
{
    for (struct rh_frame *frame = rh_self.top; frame && frame != target; frame = frame->previous) {
        frame->state = RH_FRAME_UNWINDING;
        frame->unwind.exception_cleanup = NULL;
    }
    target->state = RH_FRAME_UNWINDING;
    memset(&target->unwind, 0, sizeof target->unwind);
    memcpy(&target->unwind.exception_class, "RHPANIC", 8);
    target->unwind.exception_cleanup = swallowed;
}

void rh_unwind_begin(struct rh_frame *frame)
{
    frames_mark(frame);
    rh_cleanups_leave(frame->stack);
    if (__asan_handle_no_return)
        __asan_handle_no_return();
}
