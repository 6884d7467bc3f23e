#include "start.h"

static int refresh(void *cache)
{
    start_worker(cache);
    return 0;
}

static int rebuild(void *cache)
{
    pthread_t helper = start_helper(cache);
    return pthread_join(helper, 0);
}

int main(void)
{
    static int cache;
    while (!refresh(&cache) && !rebuild(&cache))
        cache++;
    return 0;
}
