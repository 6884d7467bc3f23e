/* Walking the stack before a panic, and unwinding it. */
#include <string.h>

#include "cxx.h"
#include "lsda.h"
#include "panic.h"

enum { OWN_STACK = 16384 }; /* more than our functions use between a panic and the walk */

struct walk {
    rh_panic_record *record;
    struct rh_frame *frame;
    bool reached;
};

static _Unwind_Reason_Code walk_step(struct _Unwind_Context *context, void *arg)
{
    struct walk *walk = arg;
    rh_panic_record *record = walk->record;
    uintptr_t cfa = (uintptr_t)_Unwind_GetCFA(context);
    if ((uintptr_t)record - cfa < OWN_STACK && record->trace_count == 0)
        return _URC_NO_REASON; /* our own functions, below the record */
    if (walk->frame && cfa >= walk->frame->stack)
        walk->reached = true;
    if (walk->frame && !walk->reached && !walk->frame->barrier && rh_lsda_terminates(context))
        walk->frame->barrier = cfa;
    if (record->trace_count < RH_TRACE_DEPTH && _Unwind_GetIP(context) != 0)
        record->trace[record->trace_count++] = (const void *)(uintptr_t)_Unwind_GetIP(context);
    bool done = record->trace_count == RH_TRACE_DEPTH && (!walk->frame || walk->reached);
    return done ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void rh_stack_walk(rh_panic_record *record, struct rh_frame *frame)
{
    struct walk walk = {record, frame, false};
    record->trace_count = 0;
    if (frame)
        frame->barrier = 0;
    _Unwind_Backtrace(walk_step, &walk);
    record->unwound = frame && walk.reached && !frame->barrier;
}

void rh_frame_jump(struct rh_frame *frame)
{
    siglongjmp(frame->jump, 1);
}

static _Unwind_Reason_Code stop(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                struct _Unwind_Exception *exception, struct _Unwind_Context *context, void *arg)
{
    struct rh_frame *frame = arg;
    uintptr_t cfa = (uintptr_t)_Unwind_GetCFA(context);
    (void)version, (void)class, (void)exception;
    if ((actions & _UA_END_OF_STACK) || cfa >= frame->stack || cfa == frame->barrier)
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
static void mark_unwinding(struct rh_frame *target)
{
    for (struct rh_frame *frame = rh_self.top; frame && frame != target; frame = frame->previous)
        frame->state = RH_FRAME_UNWINDING;
    target->state = RH_FRAME_UNWINDING;
}

void rh_unwind_to(struct rh_frame *frame)
{
    mark_unwinding(frame);
    memset(&frame->unwind, 0, sizeof frame->unwind);
    memcpy(&frame->unwind.exception_class, "RHPANIC", 8);
    frame->unwind.exception_cleanup = swallowed;
    _Unwind_ForcedUnwind(&frame->unwind, stop, frame);
    rh_frame_jump(frame); /* the unwinder gave up: jump the rest */
}
