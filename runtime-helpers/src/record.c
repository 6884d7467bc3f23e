/* The record: filling it and turning it into its line. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <rh/observe.h>
#include <rh/spawn.h>

#include "json.h"
#include "lock.h"
#include "module.h"
#include "panic.h"
#include "task.h"

const char *rh_panic_kind_name(rh_panic_kind kind)
{
    static const char *const names[] = {"unknown", "panic", "exception", "exit", "abort", "assert", "fault"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : names[0];
}

static void record_locks(rh_panic_record *record)
{
    for (struct rh_lock *lock = rh_self.locks; lock; lock = lock->next) {
        if (record->lock_count < RH_LOCK_DEPTH)
            record->locks[record->lock_count] = lock;
        record->lock_count++;
    }
}

static void forget_thread(void)
{
    rh_self.thread = 0;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_thread);
}

/* The kernel's thread id, asked for once per thread and process. */
static int64_t thread_id(void)
{
    static pthread_once_t watching = PTHREAD_ONCE_INIT;
    if (rh_self.thread == 0) {
        pthread_once(&watching, watch_forks);
        rh_self.thread = (int64_t)syscall(SYS_gettid);
    }
    return rh_self.thread;
}

void rh_record_fill(rh_panic_record *record, rh_panic_kind kind, int code, struct rh_frame *frame)
{
    const char *name = rh_panic_kind_name(kind);
    struct timespec now;
    memset(record, 0, sizeof *record);
    clock_gettime(CLOCK_REALTIME, &now);
    record->kind = kind;
    record->code = code;
    record->recovered = frame != NULL;
    record->unwound = frame != NULL;
    record->task = rh_task_id();
    record->thread = thread_id();
    record->unix_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    memcpy(record->type, name, strlen(name) + 1);
    record_locks(record);
    rh_task_describe(record);
}

void rh_record_start(rh_panic_record *record, rh_panic_kind kind, int code, struct rh_frame *frame)
{
    rh_record_fill(record, kind, code, frame);
    if (frame)
        frame->trace_from = 0;
    if (frame && rh_report_quiet()) {
        frame->trace_from = (uintptr_t)record;
        return;
    }
    rh_record_look(record, frame);
}

void rh_record_look(rh_panic_record *record, struct rh_frame *frame)
{
    prctl(PR_GET_NAME, record->thread_name);
    rh_stack_walk(record, frame);
}

void rh_record_message(rh_panic_record *record, const char *format, va_list args)
{
    vsnprintf(record->message, sizeof record->message, format, args);
}

static void attribute(struct json *json, const char *key, const char *type)
{
    rh_json_raw(json, ",{\"key\":\"");
    rh_json_raw(json, key);
    rh_json_raw(json, "\",\"value\":{\"");
    rh_json_raw(json, type);
    rh_json_raw(json, "\":");
}

static void text_attribute(struct json *json, const char *key, const char *text)
{
    attribute(json, key, "stringValue");
    rh_json_raw(json, "\"");
    rh_json_escaped(json, text);
    rh_json_raw(json, "\"}}");
}

/* OTLP's JSON writes 64-bit integers as strings. */
static void number_attribute(struct json *json, const char *key, int64_t number)
{
    attribute(json, key, "intValue");
    rh_json_raw(json, "\"");
    rh_json_number(json, number);
    rh_json_raw(json, "\"}}");
}

static void bool_attribute(struct json *json, const char *key, bool value)
{
    attribute(json, key, "boolValue");
    rh_json_raw(json, value ? "true}}" : "false}}");
}

void rh_json_address(struct json *json, const void *address)
{
    struct rh_module module;
    rh_json_hex(json, (uintptr_t)address);
    if (!rh_module_find((const char *)address - 1, &module))
        return;
    rh_json_raw(json, " ");
    rh_json_escaped(json, module.path[0] ? module.path : "main");
    rh_json_raw(json, "+");
    rh_json_hex(json, module.offset + 1);
    if (module.build_id_size > 0) {
        rh_json_raw(json, " (");
        rh_json_bytes(json, module.build_id, module.build_id_size);
        rh_json_raw(json, ")");
    }
}

/* One line per frame; the frames that don't fit leave the room that the rest of the line needs. */
static void stack_attribute(struct json *json, const rh_panic_record *record)
{
    enum { REST = 160 };
    size_t room = json->room;
    attribute(json, "exception.stacktrace", "stringValue");
    rh_json_raw(json, "\"");
    json->room = room > REST ? room - REST : 0;
    for (unsigned i = 0; i < record->trace_count && !json->full; i++) {
        size_t mark = json->length;
        rh_json_raw(json, i ? "\\n" : "");
        rh_json_address(json, record->trace[i]);
        if (json->full)
            json->length = mark;
    }
    json->room = room;
    json->full = false;
    rh_json_raw(json, "\"}}");
}

static void addresses_attribute(struct json *json, const char *key, const void *const *addresses,
                                unsigned most, bool code)
{
    if (!addresses[0])
        return;
    attribute(json, key, "arrayValue");
    rh_json_raw(json, "{\"values\":[");
    for (unsigned i = 0; i < most && addresses[i]; i++) {
        rh_json_raw(json, i ? ",{\"stringValue\":\"" : "{\"stringValue\":\"");
        if (code)
            rh_json_address(json, addresses[i]);
        else
            rh_json_hex(json, (uintptr_t)addresses[i]);
        rh_json_raw(json, "\"}");
    }
    rh_json_raw(json, "]}}}");
}

static void head(struct json *json, const rh_panic_record *record)
{
    rh_json_raw(json, "{\"timeUnixNano\":\"");
    rh_json_number(json, record->unix_ns);
    rh_json_raw(json, "\",\"observedTimeUnixNano\":\"");
    rh_json_number(json, record->unix_ns);
    rh_json_raw(json, record->recovered ? "\",\"severityNumber\":17,\"severityText\":\"ERROR\""
                                        : "\",\"severityNumber\":21,\"severityText\":\"FATAL\"");
    if (rh_trace_valid(&record->context)) {
        rh_json_raw(json, ",\"traceId\":\"");
        rh_json_bytes(json, record->context.trace_id, sizeof record->context.trace_id);
        rh_json_raw(json, "\",\"spanId\":\"");
        rh_json_bytes(json, record->context.span_id, sizeof record->context.span_id);
        rh_json_raw(json, "\",\"flags\":");
        rh_json_number(json, record->context.flags);
    }
    rh_json_raw(json, ",\"eventName\":\"rh.panic\",\"body\":{\"stringValue\":\"");
    rh_json_escaped(json, record->message);
    rh_json_raw(json, "\"},\"attributes\":[{\"key\":\"rh.kind\",\"value\":{\"stringValue\":\"");
    rh_json_raw(json, rh_panic_kind_name(record->kind));
    rh_json_raw(json, "\"}}");
}

size_t rh_record_json(const rh_panic_record *record, char *text, size_t size)
{
    struct json json = {text, 0, size - 1, false};
    head(&json, record);
    text_attribute(&json, "exception.type", record->type);
    text_attribute(&json, "exception.message", record->message);
    number_attribute(&json, "rh.code", record->code);
    bool_attribute(&json, "rh.unwound", record->unwound);
    bool_attribute(&json, "rh.recovered", record->recovered);
    number_attribute(&json, "rh.task.id", (int64_t)record->task);
    number_attribute(&json, "thread.id", record->thread);
    text_attribute(&json, "thread.name", record->thread_name);
    if (record->kind == RH_KIND_FAULT)
        addresses_attribute(&json, "rh.fault.address", &record->fault_address, 1, false);
    if (record->lock_count > 0)
        number_attribute(&json, "rh.locks.held", record->lock_count);
    addresses_attribute(&json, "rh.locks", record->locks, RH_LOCK_DEPTH, false);
    addresses_attribute(&json, "rh.spawn.sites", record->spawn_sites, RH_SPAWN_DEPTH, true);
    stack_attribute(&json, record);
    rh_json_raw(&json, "]}\n");
    text[json.length] = '\0';
    return json.length;
}
