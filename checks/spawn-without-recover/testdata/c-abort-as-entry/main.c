#include "../c-queue-work/uv_min.h"

#include <stdlib.h>

int main(void)
{
    uv_work_t req = {0};
    return uv_queue_work(0, &req, (uv_work_cb)abort, 0); // expect: spawn-without-recover(fatal)
}
