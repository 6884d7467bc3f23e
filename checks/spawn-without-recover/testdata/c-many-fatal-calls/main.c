#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static void check_job(const char *text)
{
    assert(text);
    if (!*text)
        exit(2);
}

static void run_job(const char *text)
{
    if (*text == '-')
        abort();
}

static void usage(void)
{
    exit(64); /* of the main task only: as it was */
}

static void *worker(void *arg)
{
    check_job(arg);
    run_job(arg);
    exit(0);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc < 2)
        usage();
    if (pthread_create(&thread, 0, worker, argv[1])) // expect: spawn-without-recover(fatal)
        return 1;
    return pthread_join(thread, 0);
}
