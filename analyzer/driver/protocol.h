/* What parent and workers say to each other over two pipes.
 *
 * A frame is its payload's length (8 bytes, little end first) and the payload; the first byte of a payload is its
 * kind.  The parent sends INIT once, then a JOB whenever the worker is idle; the worker answers each JOB with a
 * RESULT (driver/result.h).  End of file ends the worker.  Both run the same binary, so there is no version.
 */
#ifndef DRIVER_PROTOCOL_H
#define DRIVER_PROTOCOL_H

#include "base/buf.h"
#include "compdb/compdb.h"
#include "frontend/frontend.h"

#define FRAME_HEADER 8
#define FRAME_MAX    ((uint64_t)1 << 31)

enum frame_kind { FRAME_INIT = 'I', FRAME_JOB = 'J', FRAME_RESULT = 'R' };

struct model_text { /* a model file of the user, read once by the parent */
    const char *name, *text;
    size_t length;
};

struct worker_job {
    struct compdb_job job;
    bool reconcile, no_instantiations;
    VEC(struct frontend_unsaved) unsaved;
};

/* Reserves the header, appends the kind; frame_end fills in the length.  One frame per buffer. */
void frame_begin(struct buf *out, enum frame_kind kind);
void frame_end(struct buf *out);
/* The length that a header tells; 0 when it is out of bounds. */
uint64_t frame_length(const unsigned char header[FRAME_HEADER]);

void init_write(struct buf *out, const struct model_text *models, uint32_t count);
bool init_read(struct arena *arena, struct reader *in, struct model_text **models, uint32_t *count);
void job_write(struct buf *out, const struct worker_job *job);
bool job_read(struct arena *arena, struct reader *in, struct worker_job *out);

#endif
