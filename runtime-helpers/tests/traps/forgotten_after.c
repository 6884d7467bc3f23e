/* A group's tasks get its context; its end ends them. */
#include <rh/group.h>
#include <unistd.h>

static rh_error *polls(rh_ctx *ctx, void *arg)
{
    (void)arg;
    while (rh_ctx_status(ctx) == RH_OK)
        usleep(1000);
    return NULL;
}

int main(void)
{
    alarm(20);
    rh_group *group = rh_group_new(NULL, 0);
    if (!group || rh_group_go(group, polls, NULL) != RH_OK)
        return 1;
    rh_group_destroy(group);
    return 0;
}
