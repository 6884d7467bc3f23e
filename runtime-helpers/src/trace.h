/* trace.h (internal): the W3C trace context of a task. */
#ifndef RH_SRC_TRACE_H
#define RH_SRC_TRACE_H

#include <rh/context.h>
#include <rh/record.h>

/* The trace that the context or, failing that, *trace or the environment's TRACEPARENT carries; all zero:
 * none. */
void rh_trace_from_ctx(rh_ctx *ctx, rh_trace *trace);

#endif
