/* What a job may ask for: a table of verbs. */
#ifndef JOBD_HANDLERS_H
#define JOBD_HANDLERS_H

#include "queue.h"

typedef void handler_fn(struct job *job);

struct verb {
    const char *name;
    handler_fn *handle;
};

/* NULL for an unknown verb. */
const struct verb *verb_find(const char *name);

#endif
