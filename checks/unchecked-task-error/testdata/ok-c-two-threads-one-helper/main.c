#include <rh/panic.h>
#include <rh/spawn.h>
#include <stddef.h>
#include <stdio.h>

/* The parser may panic, and is asked; the ticker can't, and is not. Both are started and stopped by the same helpers. */
static int start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    int error = rh_pthread_create(thread, NULL, run, arg);
    if (error)
        fprintf(stderr, "no thread: %d\n", error);
    return error;
}

static void *parse(void *arg)
{
    if (!*(const char *)arg)
        rh_panic(1, "empty");
    return NULL;
}

static void *tick(void *arg)
{
    ++*(int *)arg;
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t parser, ticker;
    int ticks = 0;
    void *result = NULL;
    if (start(&ticker, tick, &ticks))
        return 1;
    if (!start(&parser, parse, argv[argc - 1]))
        pthread_join(parser, &result);
    pthread_join(ticker, NULL);
    return result == RH_PANICKED;
}
