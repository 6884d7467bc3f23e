#include <pthread.h>
#include <stdlib.h>

static void release(void *arg)
{
    free(arg);
}

static void goodbye(void)
{
}

static void free_text(char **text)
{
    free(*text);
}

static void *work(void *arg)
{
    __attribute__((cleanup(free_text))) char *text = malloc(3);
    pthread_cleanup_push(release, arg);
    pthread_testcancel();
    pthread_cleanup_pop(1);
    return text ? arg : 0;
}

int main(void)
{
    pthread_key_t key;
    atexit(goodbye);
    pthread_key_create(&key, release);
    return work(malloc(1)) == 0;
}
