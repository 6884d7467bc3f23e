/* channel-never-closed in five parts: whether a loop ends only when the channel does (loop.c), which code
 * runs in the child of a fork (fork.c), whether some close can run while the receiver still waits (closes.c,
 * with tasks.c for whose task it is), and the check. */
#ifndef CHECK_CHANNEL_NEVER_CLOSED_CLOSED_H
#define CHECK_CHANNEL_NEVER_CLOSED_CLOSED_H

#include "check/check.h"
#include "ir/loops.h"
#include "link/channel_uses.h"

/* A receive, or a call of a function that gives on what its receive gave. */
struct receive {
    ir_func_id func;
    ir_instr_id instr;
    const struct channel_use *use;
    const struct role *open; /* of the channel */
};

/* ---- loop.c ---- */

struct until_close {
    ir_block_id head;
    const struct ir_loops *loops;
};

/* The receive stands in a loop that goes on as long as something is received, and is left when nothing is. */
bool loop_until_close(struct check_pass *pass, const struct receive *receive, struct until_close *out);
/* The function gives its callers just what the receive gave. */
bool loop_gives_on(struct check_pass *pass, const struct receive *receive);

/* ---- fork.c ---- */

struct forks;
struct forks *forks_find(struct check_pass *pass);
/* Only a forked child runs this. */
bool forks_only_child(const struct forks *forks, ir_func_id func, ir_instr_id instr);

/* ---- closes.c ---- */

struct closes;
struct late_close { /* one that comes too late: behind the join of the receiver, or behind its loop */
    const struct channel_use *close; /* NULL: none */
    ir_func_id join_func;
    ir_instr_id join_instr; /* 0: none */
    bool only_tasks;        /* nobody but tasks runs the receiver */
};

struct closes *closes_create(struct check_pass *pass, const struct channel_uses *uses,
                             const struct forks *forks);
/* Some code can close what lets the receiver of `channel` end, while it waits; or code that can't be seen
 * might. */
bool closes_in_time(struct closes *closes, const struct receive *receive, const struct until_close *loop,
                    channel_id channel, struct late_close *late);

#endif
