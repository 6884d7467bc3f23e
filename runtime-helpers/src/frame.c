/* Frames: entering, leaving, defers, and the personality routine that watches over them. */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cxx.h"
#include "fail.h"
#include "lock.h"
#include "panic.h"
#include "probe.h"
#include "store.h"

#if defined(__x86_64__)
enum { FRAME_REGISTER = 3 }; /* rbx in DWARF's numbering */
#elif defined(__aarch64__)
enum { FRAME_REGISTER = 19 }; /* x19 */
#else
#error "frame_<arch>.S is missing for this processor"
#endif

static void frame_enter(struct rh_frame *frame)
{
    frame->previous = rh_self.top;
    frame->state = RH_FRAME_RUNNING;
    frame->locks = rh_self.locks;
    frame->defer_count = 0;
    rh_cxx_enter(frame);
    rh_self.top = frame;
}

static inline void frame_leave(struct rh_frame *frame)
{
    rh_self.top = frame->previous;
}

static void run_defers(void *arg)
{
    struct rh_frame *frame = arg;
    while (frame->defer_count > 0) {
        struct rh_defer defer = frame->defers[--frame->defer_count];
        if (frame->defer_count == 0 && frame->defers != frame->few)
            free(frame->defers);
        defer.fn(defer.arg);
    }
}

/* The thread ends, or an exception or panic passes to somewhere outside: the frame ends on the way. */
static void frame_pass(struct rh_frame *frame)
{
    if (frame->state == RH_FRAME_RUNNING)
        frame->unwind.exception_cleanup = NULL;
    frame->state = RH_FRAME_UNWINDING;
    rh_locks_poison(frame->locks);
    run_defers(frame);
    frame_leave(frame);
}

/* Arrived at the frame with a panic: put the thread's state back, then clean up, then be gone. */
static __attribute__((noinline)) rh_status frame_recover(struct rh_frame *frame)
{
    while (rh_self.top != frame)
        frame_pass(rh_self.top);
    RH_PROBE2(recover, frame, rh_self.id);
    rh_cxx_recover(frame);
    rh_locks_poison(frame->locks);
    if (frame->defer_count > 0)
        rh_frame_call(run_defers, frame, frame);
    frame_leave(frame);
    if (frame->record)
        rh_store_recovered(frame->record);
    return RH_PANIC;
}

static inline rh_status frame_body(struct rh_frame *frame, void (*fn)(void *), void *arg)
{
    if (rh_frame_call(fn, arg, frame) != 0)
        return frame_recover(frame);
    if (__builtin_expect(frame->defer_count > 0, 0) && rh_frame_call(run_defers, frame, frame) != 0)
        return frame_recover(frame);
    frame_leave(frame);
    return RH_OK;
}

/* A function that calls sigsetjmp is never inlined. */
static rh_status frame_run_watched(struct rh_frame *frame, void (*fn)(void *), void *arg)
{
    if (sigsetjmp(frame->jump, 0) != 0)
        return frame_recover(frame);
    return frame_body(frame, fn, arg);
}

static inline rh_status frame_run(struct rh_frame *frame, void (*fn)(void *), void *arg)
{
    frame_enter(frame);
    return rh_under_tsan() ? frame_run_watched(frame, fn, arg) : frame_body(frame, fn, arg);
}

rh_status rh_frame_run(struct rh_frame *frame, void (*fn)(void *), void *arg)
{
    return frame_run(frame, fn, arg);
}

rh_status rh_try(void (*fn)(void *arg), void *arg, rh_panic_record *record)
{
    struct rh_frame frame;
    frame.record = record;
    frame.flags = 0;
    return frame_run(&frame, fn, arg);
}

/* Search phase: nobody below catches this exception, so it ends here.  The stack of the throw still stands.
 */
static void exception_found(struct rh_frame *frame, struct _Unwind_Exception *exception)
{
    rh_panic_record record;
    const rh_panic_record *inner = NULL;
    rh_record_fill(&record, RH_KIND_EXCEPTION, 0, frame);
    rh_record_look(&record, frame);
    rh_cxx_describe(exception, &record, &inner);
    if (inner)
        record = *inner;   /* an rh::panic_error: published when it was thrown */
    record.unwound = true; /* the runtime found a way for it */
    record.recovered = frame->state == RH_FRAME_RUNNING;
    if (!inner || !record.recovered)
        rh_record_publish(&record);
    if (!record.recovered)
        rh_die();
    frame->state = RH_FRAME_UNWINDING;
    frame->unwind.exception_cleanup = NULL;
    rh_cleanups_leave(frame->stack);
    rh_frame_deliver(frame, &record);
}

void rh_frame_deliver(struct rh_frame *frame, const rh_panic_record *record)
{
    if (!frame->record) {
        struct rh_store *store = rh_store_get(record->kind != RH_KIND_FAULT && record->kind != RH_KIND_ABORT);
        frame->record = store ? &store->recovered : NULL;
    }
    if (frame->record)
        *frame->record = *record;
}

static _Unwind_Reason_Code come_back(struct _Unwind_Context *context, struct _Unwind_Exception *exception)
{
    _Unwind_SetGR(context, __builtin_eh_return_data_regno(0), (_Unwind_Word)(uintptr_t)exception);
    _Unwind_SetIP(context, (_Unwind_Ptr)rh_frame_pad);
    return _URC_INSTALL_CONTEXT;
}

_Unwind_Reason_Code rh_frame_personality(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                         struct _Unwind_Exception *exception,
                                         struct _Unwind_Context *context);

_Unwind_Reason_Code rh_frame_personality(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                         struct _Unwind_Exception *exception, struct _Unwind_Context *context)
{
    struct rh_frame *frame = (struct rh_frame *)_Unwind_GetGR(context, FRAME_REGISTER);
    (void)class;
    if (version != 1)
        return _URC_FATAL_PHASE1_ERROR;
    if (actions & _UA_SEARCH_PHASE) {
        if (frame->flags & RH_PASS_EXCEPTIONS)
            return _URC_CONTINUE_UNWIND;
        exception_found(frame, exception);
        return _URC_HANDLER_FOUND;
    }
    if (actions & _UA_HANDLER_FRAME)
        return come_back(context, exception);
    if (exception == &frame->unwind)
        return come_back(context, NULL);
    frame_pass(frame);
    return _URC_CONTINUE_UNWIND;
}

void rh_frame_caught(struct _Unwind_Exception *exception)
{
    if (!exception)
        return;
    rh_self.top->cxa_at_panic.caught = rh_self.cxa ? rh_self.cxa->caught : NULL;
    _Unwind_DeleteException(exception);
}

static bool defers_grow(struct rh_frame *frame)
{
    size_t room = frame->defer_room * 2u;
    struct rh_defer *more = rh_alloc(room * sizeof *more);
    if (!more)
        return false;
    memcpy(more, frame->defers, frame->defer_count * sizeof *more);
    if (frame->defers != frame->few)
        free(frame->defers);
    frame->defers = more;
    frame->defer_room = (unsigned)room;
    return true;
}

rh_status rh_defer(void (*fn)(void *arg), void *arg)
{
    struct rh_frame *frame = rh_frame_target();
    if (!frame || !fn)
        return RH_EINVAL;
    if (frame->defer_count == 0) {
        frame->defers = frame->few;
        frame->defer_room = RH_INLINE_DEFERS;
    }
    if (frame->defer_count == frame->defer_room && !defers_grow(frame))
        return RH_ENOMEM;
    frame->defers[frame->defer_count++] = (struct rh_defer){fn, arg};
    return RH_OK;
}

struct rh_frame *rh_frame_target(void)
{
    struct rh_frame *frame = rh_self.top;
    return frame && frame->state == RH_FRAME_RUNNING ? frame : NULL;
}
