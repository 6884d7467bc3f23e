/* What one TU gave, as bytes: between worker and parent, in the store, and in the facts files of `scan`.
 *
 * Two layers.  `meta` is all that the report needs (counters, diagnostics, the project's files); it is small, so
 * that an unchanged project is answered without touching the rest.  The frame is the whole result.  Bytes are
 * deterministic but for the two times at the frame's end, and untrusted when read.
 */
#ifndef DRIVER_RESULT_H
#define DRIVER_RESULT_H

#include "base/buf.h"
#include "frontend/frontend.h"
#include "store/store.h"

/* Bump when a layout below changes; part of the store's version. */
#define RESULT_VERSION 1

struct tu_counters {
    uint32_t functions, partial_functions;
    uint64_t instrs, havoc[HAVOC_COUNT];
    uint64_t calls_indexed, calls_missed;
};

struct tu_result {
    enum tu_status status;
    const char *reason; /* FAILED, and the first Error of a PARTIAL one: a sentence; NULL when OK */
    struct tu_counters counters;
    VEC(struct tu_diagnostic) diagnostics;
    VEC(struct tu_missed) missed;
    VEC(const char *) files; /* the project's own that it read, sorted: not system headers */

    /* The large part, present when `loaded`; not in meta. */
    bool loaded;
    bool second_try; /* after a crash, without instantiations: not for the store */
    VEC(struct tu_input) inputs;
    struct store_blob decls;
    VEC(struct store_func) funcs;

    double parse_seconds, lower_seconds; /* 0 when not parsed in this run */
};

/* From the frontend's answer; writes the module's blobs into the arena. */
void result_from_tu(struct arena *arena, const struct tu *tu, struct tu_result *out);
/* A TU that could not be had at all. */
void result_fail(struct arena *arena, struct tu_result *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void result_write_meta(struct buf *out, const struct tu_result *result);
bool result_read_meta(struct arena *arena, const void *bytes, size_t count, struct tu_result *out);

void result_write_frame(struct buf *out, const struct tu_result *result);
/* Blobs point into `bytes`. */
bool result_read_frame(struct arena *arena, const void *bytes, size_t count, struct tu_result *out);

#endif
