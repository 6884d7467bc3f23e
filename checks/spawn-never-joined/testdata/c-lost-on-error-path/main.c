#include <pthread.h>
#include <stdio.h>

static void *work(void *arg)
{
    return arg;
}

static int run(const char *path)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, 0)) // expect: spawn-never-joined
        return -1;
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    fclose(file);
    return pthread_join(thread, 0);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    return 0;
}
