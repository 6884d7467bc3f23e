#include <rh/group.h>
#include <stdio.h>
#include <stdlib.h>

static rh_error *load(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    return *(int *)arg ? rh_error_new(1, "bad input") : NULL;
}

static rh_error *warm_up(rh_ctx *ctx, void *arg)
{
    int *cache = arg;
    (void)ctx;
    *cache = 1;
    return NULL;
}

static int tested(rh_group *group, int *input)
{
    rh_group_go(group, load, input);
    if (rh_group_wait(group) != RH_OK)
        return -1;
    return 0;
}

static rh_status stored(rh_group *group, int *input)
{
    rh_group_go(group, load, input);
    rh_status status = rh_group_wait(group);
    if (status == RH_PANIC)
        fputs("a loader panicked\n", stderr);
    return status;
}

/* What went wrong is asked for one by one; the cast says that the summary is not wanted. */
static size_t counted(int *input)
{
    rh_group *group = rh_group_new(NULL, 0);
    if (!group)
        return 0;
    rh_group_go(group, load, input);
    (void)rh_group_wait(group);
    size_t failed = rh_group_error_count(group) + rh_group_panic_count(group);
    rh_group_destroy(group);
    return failed;
}

static rh_group *warming;

/* Its task can't fail: there is nothing to know. */
static void warm(int *cache)
{
    warming = rh_group_new(NULL, 0);
    if (!warming)
        return;
    rh_group_go(warming, warm_up, cache);
    rh_group_wait(warming);
    rh_group_destroy(warming);
}

int main(void)
{
    int input = 0, cache = 0;
    rh_group *group = rh_group_new(NULL, 0);
    if (!group)
        return EXIT_FAILURE;
    warm(&cache);
    int failed = tested(group, &input) || stored(group, &input) != RH_OK || counted(&input);
    rh_group_destroy(group);
    return failed;
}
