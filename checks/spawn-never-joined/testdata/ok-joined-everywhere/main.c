#include <pthread.h>
#include <stdio.h>

static void *work(void *arg)
{
    return arg;
}

static int run(const char *path)
{
    pthread_t thread;
    int failed = -1;
    if (pthread_create(&thread, 0, work, 0))
        return -1;
    FILE *file = fopen(path, "r");
    if (!file)
        goto out;
    failed = fclose(file);
out:
    pthread_join(thread, 0);
    return failed;
}

int main(int argc, char **argv)
{
    return run(argv[argc - 1]);
}
