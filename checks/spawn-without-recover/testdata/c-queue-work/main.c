#include "uv_min.h"

#include <stdlib.h>

static void work(uv_work_t *req)
{
    if (!req->data)
        abort();
}

static void after(uv_work_t *req, int status)
{
    (void)req;
    (void)status;
}

int main(void)
{
    uv_work_t req = {0};
    return uv_queue_work(0, &req, work, after); // expect: spawn-without-recover(fatal)
}
