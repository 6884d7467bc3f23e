/* Is there a way from here to A that avoids B?  With the way.
 *
 * Breadth first over the blocks of one function, exceptional edges included, so that the way told is a shortest one.
 */
#ifndef FLOW_REACH_H
#define FLOW_REACH_H

#include "ir/cfg.h"

struct reach_query {
    const struct ir_cfg *cfg;
    ir_instr_id from; /* the search begins behind it; 0: at the entry */
    ir_block_id block; /* not 0: it begins there instead */
    bool (*is_goal)(void *context, ir_instr_id instr);
    bool (*is_barrier)(void *context, ir_instr_id instr); /* asked first; NULL: nothing stops */
    void *context;
};

struct reach_way {
    ir_instr_id goal;
    const ir_instr_id *branches; /* the last instructions of the blocks passed that have several successors, in order */
    const bool *taken;           /* of a BRANCH: the condition held */
    uint32_t count;
};

bool flow_reach(struct arena *arena, const struct reach_query *query, struct reach_way *way);

#endif
