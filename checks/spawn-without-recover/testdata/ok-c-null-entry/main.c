#include "../c-queue-work/uv_min.h"

#include <stddef.h>

static void after(uv_work_t *req, int status)
{
    req->data = status ? NULL : req;
}

int main(void)
{
    uv_work_t req = {0};
    return uv_queue_work(0, &req, NULL, after);
}
