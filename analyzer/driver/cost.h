/* What each stage of a run costs in CPU (user and system), workers included.
 *
 * For people who make the program faster and for bench/cost: printed to standard error only, since times are never
 * part of an output that must be the same twice.  The parent's own time goes to the stage that was being worked on
 * when it is charged; what the workers say of themselves (libclang's parse, lowering) is taken from their answers, and
 * the rest of their time is what the kernel counted beyond that.
 */
#ifndef DRIVER_COST_H
#define DRIVER_COST_H

enum cost_stage {
#define COST(ID, name, what) COST_##ID,
#include "driver/costs.def"
#undef COST
    COST_COUNT
};

struct cost {
    double seconds[COST_COUNT];
    double charged;  /* of this process's CPU so far */
    double children; /* CPU of ended children before the run */
};

void cost_open(struct cost *cost);
/* This process's CPU since the last charge was spent on that stage. */
void cost_charge(struct cost *cost, enum cost_stage stage);
/* What ended children took beyond their own account is COST_WORKERS.  Call it when all workers have ended. */
void cost_settle_workers(struct cost *cost);
const char *cost_name(enum cost_stage stage);
/* Everything that parsing makes necessary: lowering, store, link, checks, findings. */
double cost_after_parse(const struct cost *cost);

#endif
