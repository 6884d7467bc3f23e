/* W3C trace contexts: https://www.w3.org/TR/trace-context/ */
#include "trace.h"

#include <rh/observe.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "task.h"

static const char key; /* its address is the key in contexts */

/* Lower-case hex only, as the standard says. */
static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(const char *text, unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int high = digit(text[2 * i]), low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool all_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

bool rh_trace_valid(const rh_trace *trace)
{
    return !all_zero(trace->trace_id, sizeof trace->trace_id) &&
           !all_zero(trace->span_id, sizeof trace->span_id);
}

bool rh_trace_parse(const char *text, rh_trace *trace)
{
    rh_trace read;
    unsigned char version;
    size_t length = strnlen(text, RH_TRACEPARENT_LENGTH + 1);
    if (length < RH_TRACEPARENT_LENGTH || text[2] != '-' || text[35] != '-' || text[52] != '-')
        return false;
    if (!read_hex(text, &version, 1) || version == 0xff || !read_hex(text + 3, read.trace_id, 16) ||
        !read_hex(text + 36, read.span_id, 8) || !read_hex(text + 53, &read.flags, 1))
        return false;
    char after = text[RH_TRACEPARENT_LENGTH];
    if (version == 0 ? after != '\0' : after != '\0' && after != '-')
        return false;
    if (!rh_trace_valid(&read))
        return false;
    *trace = read;
    return true;
}

static char *write_hex(char *text, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *text++ = "0123456789abcdef"[bytes[i] >> 4];
        *text++ = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

void rh_trace_format(const rh_trace *trace, char text[RH_TRACEPARENT_LENGTH + 1])
{
    memcpy(text, "00-", 3);
    text = write_hex(text + 3, trace->trace_id, sizeof trace->trace_id);
    *text++ = '-';
    text = write_hex(text, trace->span_id, sizeof trace->span_id);
    *text++ = '-';
    *write_hex(text, &trace->flags, 1) = '\0';
}

rh_ctx *rh_ctx_with_trace(rh_ctx *parent, const rh_trace *trace)
{
    rh_trace *copy = rh_trace_valid(trace) ? rh_alloc(sizeof *copy) : NULL;
    if (!copy)
        return NULL;
    *copy = *trace;
    rh_ctx *ctx = rh_ctx_with_value(parent, &key, copy, free);
    if (!ctx)
        free(copy);
    return ctx;
}

static rh_trace environment;
static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

static void read_environment(void)
{
    const char *text = getenv("TRACEPARENT");
    if (text)
        rh_trace_parse(text, &environment);
}

void rh_trace_from_ctx(rh_ctx *ctx, rh_trace *trace)
{
    const rh_trace *carried = ctx ? rh_ctx_value(ctx, &key) : NULL;
    if (carried) {
        *trace = *carried;
    } else if (!rh_trace_valid(trace)) {
        pthread_once(&environment_once, read_environment);
        *trace = environment;
    }
}

bool rh_trace_of(rh_ctx *ctx, rh_trace *trace)
{
    memset(trace, 0, sizeof *trace);
    if (rh_self.task)
        *trace = rh_self.task->info.context;
    rh_trace_from_ctx(ctx, trace);
    return rh_trace_valid(trace);
}
