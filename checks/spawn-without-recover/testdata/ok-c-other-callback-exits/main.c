#include <pthread.h>
#include <stdlib.h>

/* main's own use of exit, through the same table type, is not the task's. */
struct command {
    const char *name;
    void (*run)(int code);
    void *(*task)(void *);
};

static void quit(int code)
{
    exit(code);
}

static void *count(void *arg)
{
    return arg;
}

static const struct command commands[] = {{"quit", quit, 0}, {"count", 0, count}};

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        commands[0].run(argc);
    pthread_t thread;
    if (pthread_create(&thread, 0, commands[1].task, 0))
        return 1;
    return pthread_join(thread, 0);
}
