#include "dispatch_min.h"

#include <stdio.h>

struct request {
    int id;
    char path[64];
};

static void serve(void *context)
{
    struct request *request = context;
    printf("%d %s\n", request->id, request->path);
}

static void accept_one(dispatch_queue_t queue, int id)
{
    struct request request = {.id = id};
    snprintf(request.path, sizeof request.path, "/item/%d", id);
    dispatch_async_f(queue, &request, serve); // expect: spawn-captures-stack
}

int main(void)
{
    dispatch_queue_t queue = dispatch_get_global_queue(0, 0);
    for (int i = 0; i < 10; i++)
        accept_one(queue, i);
    dispatch_main();
}
