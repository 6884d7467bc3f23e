/* Worker processes: jobs out, results in, nobody's crash is anybody else's matter.
 *
 * `workers` processes run `program --worker`.  A worker that dies, answers nonsense or takes longer than the limit
 * costs its TU alone: it is tried once more without instantiations, by a new process, then given up with a sentence.
 * SIGINT and SIGTERM end all workers at once; what was finished before stays finished.  While it waits, the parent
 * sleeps in libuv's poll.  Results come in any order: the caller keeps them by index.
 */
#ifndef DRIVER_POOL_H
#define DRIVER_POOL_H

#include "driver/protocol.h"
#include "driver/result.h"

struct pool_options {
    const char *program;   /* the binary that understands --worker */
    uint32_t workers;      /* at least 1 */
    uint32_t timeout_ms;   /* per TU; 0: 10 minutes */
    const struct model_text *models;
    uint32_t model_count;
    /* Called once per job, from pool_run.  The result lives until it returns: copy what is to be kept. */
    void (*done)(void *context, uint32_t index, struct tu_result *result);
    void *context;
};

struct pool_end {
    int signal;         /* that cancelled the run; 0: none */
    uint32_t finished;  /* jobs that have a result */
    uint32_t retried;   /* worker deaths that a second try made good or not */
};

/* ERR_CANCELLED after a signal, ERR_IO when no process can be started; otherwise every job had its result. */
enum err_code pool_run(const struct pool_options *options, const struct worker_job *jobs, uint32_t count,
                       struct pool_end *end, struct err *err);

/* Processors that this process may use. */
uint32_t pool_default_workers(void);

#endif
