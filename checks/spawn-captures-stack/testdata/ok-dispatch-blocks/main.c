#include "dispatch_min.h"

#include <stdio.h>
#include <stdlib.h>

struct request {
    int id;
    char path[64];
};

/* A block copies what it uses, and what is __block moves to the heap with it. */
static void accept_one(dispatch_queue_t queue, int id)
{
    struct request request = {.id = id};
    __block int tries = 0;
    snprintf(request.path, sizeof request.path, "/item/%d", id);
    dispatch_async(queue, ^{
      tries++;
      printf("%d %s %d\n", request.id, request.path, tries);
    });
}

static void add_up(void *context)
{
    int *sum = context;
    for (int i = 0; i < 1000; i++)
        *sum += i;
}

/* The group is waited for before the sums die. */
static int in_groups(dispatch_queue_t queue)
{
    int left = 0, right = 0;
    dispatch_group_t group = dispatch_group_create();
    dispatch_group_async_f(group, queue, &left, add_up);
    dispatch_group_async_f(group, queue, &right, add_up);
    dispatch_group_wait(group, DISPATCH_TIME_FOREVER);
    return left + right;
}

int main(void)
{
    dispatch_queue_t queue = dispatch_get_global_queue(0, 0);
    accept_one(queue, in_groups(queue));
    dispatch_main();
}
