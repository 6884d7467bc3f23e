#include "trace.h"

void rh_trace_from_ctx(rh_ctx *ctx, rh_trace *trace)
{
    (void)ctx, (void)trace;
}
