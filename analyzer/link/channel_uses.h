/* Every channel that the program makes, told apart by where it is made and by its ends, and every use of one:
 * sends, receives, closes, and where it leaves what can be seen.
 *
 * Channels that are made elsewhere or by others (files, accepted and connected sockets, what unknown code
 * returns) are all the one channel 0.  Without regard to order or context, a field is one place for all
 * objects of its class (link/channel_graph.h), so that a use lists every channel that it may be about; `only`
 * channels it may be about are what a finding can be built on.  Lifetime: the arena given.
 */
#ifndef LINK_CHANNEL_USES_H
#define LINK_CHANNEL_USES_H

#include "link/channel_graph.h"
#include "link/program.h"

typedef uint32_t channel_id; /* 0: some other channel */

struct channel_made {
    ir_func_id func;
    ir_instr_id instr;       /* the call that makes it */
    const struct role *role; /* its chan-open */
    int32_t end;             /* of a pair 0 or 1, of one thing -1 */
    channel_id other;        /* the other end; itself where there is none */
};

enum channel_use_kind {
    CHANNEL_SENT,
    CHANNEL_RECEIVED,
    CHANNEL_CLOSED,  /* also a half of it */
    CHANNEL_HANDED,  /* to a library, in a struct: a select, a poll */
    CHANNEL_ESCAPES, /* to code of which nothing is known */
};

struct channel_use {
    enum channel_use_kind kind;
    ir_func_id func;
    ir_instr_id instr;       /* 0: from outside of the program */
    const struct role *role; /* NULL: handed, escapes */
    channel_node node;
};

struct channel_uses {
    const struct program *program;
    struct channel_graph *graph;
    VEC(struct channel_made) made; /* [0] is reserved; in the order of functions */
    VEC(struct channel_use) uses;  /* in the order of functions; none in functions that nobody can enter */
    const bool *is_live;           /* by function: somebody can enter it */
};

struct channel_uses *channel_uses_find(struct arena *arena, const struct program *program);
/* May the use be about that channel? */
static inline bool channel_use_is_of(const struct channel_uses *uses, const struct channel_use *use,
                                     channel_id channel)
{
    return use->kind == CHANNEL_ESCAPES ? channel_graph_holds_inside(uses->graph, use->node, channel)
                                        : channel_graph_holds(uses->graph, use->node, channel);
}

#endif
