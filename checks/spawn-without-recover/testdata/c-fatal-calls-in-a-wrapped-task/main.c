#include <pthread.h>
#include <rh/spawn.h>
#include <stdlib.h>

static void check_job(const char *text)
{
    if (!*text)
        exit(2);
}

static void *worker(void *arg)
{
    check_job(arg);
    if (*(char *)arg == '-')
        exit(3);
    return 0;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    (void)argc;
    if (rh_pthread_create(&thread, 0, worker, argv[1])) // expect: spawn-without-recover(fatal)
        return 1;
    return pthread_join(thread, 0);
}
