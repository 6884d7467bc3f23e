/* rh_try, rh_panic and their relatives: the order of events at a panic. */
#include "panic.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cxx.h"
#include "fail.h"
#include "fault.h"
#include "store.h"

rh_status rh_frame_flags_check(unsigned flags)
{
    if (flags & ~(unsigned)(RH_RECOVER_FAULTS | RH_RECOVER_ABORT | RH_PASS_EXCEPTIONS))
        return RH_EINVAL;
    return flags ? rh_fault_prepare(flags) : RH_OK;
}

rh_status rh_try_with(const rh_try_options *options, void (*fn)(void *arg), void *arg,
                      rh_panic_record *record)
{
    static const rh_try_options plain;
    const rh_try_options *how = options ? options : &plain;
    struct rh_frame frame;
    rh_panic_record local;
    rh_status status = fn ? rh_frame_flags_check(how->flags) : RH_EINVAL;
    if (status != RH_OK)
        return status;
    frame.record = record ? record : &local;
    frame.flags = how->flags;
    status = rh_frame_run(&frame, fn, arg);
    if (status == RH_PANIC && how->handler)
        rh_isolated_call(how->handler, frame.record, how->handler_arg);
    return status;
}

struct isolated {
    rh_panic_handler handler;
    const rh_panic_record *record;
    void *arg;
};

static void isolated_run(void *arg)
{
    struct isolated *call = arg;
    call->handler(call->record, call->arg);
}

void rh_isolated_call(rh_panic_handler handler, const rh_panic_record *record, void *arg)
{
    struct isolated call = {handler, record, arg};
    rh_self.reporting++;
    (void)rh_try(isolated_run, &call, NULL);
    rh_self.reporting--;
}

void rh_die(void)
{
    signal(SIGABRT, SIG_DFL);
    abort();
}

static inline __attribute__((always_inline)) _Noreturn void raise_recorded(rh_panic_record *record)
{
    struct rh_frame *frame = rh_frame_target();
    if (!frame)
        rh_die();
    rh_frame_deliver(frame, record);
    rh_cxx_leave(frame);
    rh_unwind_to(frame);
}

/* Publishes, then unwinds to the target; without one, aborts.  Inline as is rh_unwind_to. */
static inline __attribute__((always_inline)) _Noreturn void panic_raise(rh_panic_record *record)
{
    rh_record_publish(record);
    raise_recorded(record);
}

void rh_panic(int code, const char *format, ...)
{
    rh_panic_record record;
    va_list args;
    rh_record_start(&record, RH_KIND_PANIC, code, rh_frame_target());
    va_start(args, format);
    rh_record_message(&record, format, args);
    va_end(args);
    panic_raise(&record);
}

void rh_panic_publish(rh_panic_record *record, int code, const char *message)
{
    rh_record_start(record, RH_KIND_PANIC, code, rh_frame_target());
    snprintf(record->message, sizeof record->message, "%s", message);
    rh_record_publish(record);
}

void rh_repanic(const rh_panic_record *record)
{
    rh_panic_record copy = *record, here;
    struct rh_frame *frame = rh_frame_target();
    rh_stack_walk(&here, frame);
    copy.unwound = here.unwound;
    copy.recovered = frame != NULL;
    if (frame)
        frame->trace_from = 0;
    if (!frame)
        rh_record_publish(&copy);
    raise_recorded(&copy);
}

bool rh_recovering(void)
{
    return rh_frame_target() != NULL;
}

static void message_set(rh_panic_record *record, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rh_record_message(record, format, args);
    va_end(args);
}

void rh_exit(int status)
{
    rh_panic_record record;
    if (!rh_recovering())
        exit(status);
    rh_record_start(&record, RH_KIND_EXIT, status, rh_frame_target());
    message_set(&record, "exit(%d)", status);
    panic_raise(&record);
}

void rh_abort(void)
{
    rh_panic_record record;
    if (!rh_recovering())
        abort();
    rh_record_start(&record, RH_KIND_ABORT, SIGABRT, rh_frame_target());
    message_set(&record, "abort()");
    panic_raise(&record);
}

static _Noreturn void assert_default(const char *expression, const char *file, unsigned line,
                                     const char *function)
{
    fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, expression);
    abort();
}

void rh_assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
    rh_panic_record record;
    if (!rh_recovering())
        assert_default(expression, file, line, function);
    rh_record_start(&record, RH_KIND_ASSERT, SIGABRT, rh_frame_target());
    message_set(&record, "%s:%u: %s: Assertion `%s' failed.", file, line, function, expression);
    panic_raise(&record);
}
