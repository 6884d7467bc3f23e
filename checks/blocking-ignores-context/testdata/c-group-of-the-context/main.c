// A group that hangs below the context: its tasks hear of the cancellation, and the wait ends with them. One that hangs
// below nothing does not.
#include <stdbool.h>
#include <stddef.h>

typedef struct rh_ctx rh_ctx;
typedef struct rh_group rh_group;
typedef struct rh_error rh_error;
typedef rh_error *(*rh_work)(rh_ctx *ctx, void *arg);

rh_group *rh_group_new(rh_ctx *ctx, unsigned limit);
int rh_group_go(rh_group *group, rh_work work, void *arg);
int rh_group_wait(rh_group *group);
void rh_group_destroy(rh_group *group);

rh_error *fetch(rh_ctx *ctx, void *arg);

int fetch_both(rh_ctx *ctx, void *a, void *b)
{
    rh_group *group = rh_group_new(ctx, 0);
    rh_group_go(group, fetch, a);
    rh_group_go(group, fetch, b);
    int status = rh_group_wait(group);
    rh_group_destroy(group);
    return status;
}

int fetch_all_the_same(rh_ctx *ctx, void *a)
{
    rh_group *group = rh_group_new(NULL, 0);
    rh_group_go(group, fetch, a);
    int status = rh_group_wait(group); // expect: blocking-ignores-context
    rh_group_destroy(group);
    (void)ctx;
    return status;
}
