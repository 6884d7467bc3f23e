/* A group keeps every error; there is no channel to be too small. */
#include <rh/group.h>
#include <unistd.h>

enum { SENDERS = 40 };

static rh_error *fails(rh_ctx *ctx, void *arg)
{
    (void)arg;
    while (rh_ctx_status(ctx) == RH_OK && !arg)
        usleep(100); /* all are under way before the first error cancels the group */
    return RH_ERROR(1, RH_PERSISTENT, "one of many");
}

int main(void)
{
    alarm(20);
    rh_group *group = rh_group_new(NULL, 0);
    for (int i = 0; i < SENDERS; i++)
        if (rh_group_go(group, fails, i == SENDERS - 1 ? "first" : NULL) != RH_OK)
            return 1;
    rh_status status = rh_group_wait(group);
    size_t kept = rh_group_error_count(group);
    rh_group_destroy(group);
    return status == RH_FAILED && kept == SENDERS ? 0 : 1;
}
