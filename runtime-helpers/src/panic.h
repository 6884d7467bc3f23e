/* panic.h (internal): the steps of a panic, for the places that start one. */
#ifndef RH_SRC_PANIC_H
#define RH_SRC_PANIC_H

#include <stdarg.h>

#include "frame.h"

/* Fills what every record has: time, task, thread, locks, spawn sites, trace context; not the stack, nor
 * message. kind and code are the caller's. */
void rh_record_fill(rh_panic_record *record, rh_panic_kind kind, int code, struct rh_frame *frame);

/* What takes longer: the thread's name and the stack. */
void rh_record_look(rh_panic_record *record, struct rh_frame *frame);

/* Both, from which it judges whether everything up to the frame (NULL: none) can unwind.
 * Where nobody looks at the record before the frame does (no log, no hook), the stack is traced while it is
 * unwound: that halves the cost of a panic. */
void rh_record_start(rh_panic_record *record, rh_panic_kind kind, int code, struct rh_frame *frame);
void rh_record_message(rh_panic_record *record, const char *format, va_list args);

/* Writes the line and runs the hook.  Async-signal-safe but for the hook. */
void rh_record_publish(const rh_panic_record *record);
void rh_report_line(const char *text, size_t length); /* any other line to the log */
bool rh_report_quiet(void);                           /* neither log nor hook */
void rh_record_write(const rh_panic_record *record);

/* The frame where a panic raised now would end, or NULL. */
struct rh_frame *rh_frame_target(void);

_Noreturn void rh_die(void);

/* Calls handler(record, arg) so that a panic in it is recorded and ends there. */
void rh_isolated_call(rh_panic_handler handler, const rh_panic_record *record, void *arg);

/* Walks the stack into record->trace; finds frame->barrier; sets record->unwound. */
void rh_stack_walk(rh_panic_record *record, struct rh_frame *frame);

#endif
