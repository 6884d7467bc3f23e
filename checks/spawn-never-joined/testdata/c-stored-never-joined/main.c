#include "pool.h"

#include <unistd.h>

int main(void)
{
    static struct pool pool;
    if (pool_start(&pool))
        return 1;
    sleep(1);
    return 0;
}
