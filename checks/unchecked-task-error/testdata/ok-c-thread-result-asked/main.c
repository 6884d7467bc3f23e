#include <rh/panic.h>
#include <rh/spawn.h>
#include <stdio.h>
#include <string.h>

static void *parse(void *arg)
{
    const char *text = arg;
    if (!*text)
        rh_panic(3, "nothing to parse");
    return NULL;
}

static void *measure(void *arg)
{
    return (void *)strlen(arg);
}

static int asks(char *text)
{
    pthread_t thread;
    void *result;
    if (rh_pthread_create(&thread, NULL, parse, text))
        return -1;
    if (pthread_join(thread, &result) || result == RH_PANICKED)
        return -1;
    return 0;
}

/* The record says more than the result. */
static int takes_the_record(char *text)
{
    pthread_t thread;
    rh_panic_record record;
    if (rh_pthread_create(&thread, NULL, parse, text))
        return -1;
    pthread_join(thread, NULL);
    if (rh_thread_record(thread, &record) == RH_OK)
        fputs("it panicked\n", stderr);
    return 0;
}

/* Nothing can go wrong in it. */
static int measures(char *text)
{
    pthread_t thread;
    if (rh_pthread_create(&thread, NULL, measure, text))
        return -1;
    return pthread_join(thread, NULL);
}

/* Without a wrapper a panic never gets as far as the join. */
static int plain(char *text)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, parse, text))
        return -1;
    return pthread_join(thread, NULL);
}

/* On the error path nobody cares, and the cast says so. */
static int abandons(char *text)
{
    pthread_t thread;
    if (rh_pthread_create(&thread, NULL, parse, text))
        return -1;
    (void)pthread_join(thread, NULL);
    return -1;
}

int main(int argc, char **argv)
{
    char *text = argv[argc - 1];
    return asks(text) | takes_the_record(text) | measures(text) | plain(text) | abandons(text);
}
