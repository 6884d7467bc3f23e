#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void *work(void *arg)
{
    return arg;
}

/* Attributes that the caller has made, for threads that nobody waits for. */
static int launch(const pthread_attr_t *attributes, void *arg)
{
    pthread_t thread;
    int error = pthread_create(&thread, attributes, work, arg);
    if (error)
        fprintf(stderr, "%s\n", strerror(error));
    return error;
}

static int launch_detached(void *arg)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes))
        return -1;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = launch(&attributes, arg);
    pthread_attr_destroy(&attributes);
    return error;
}

/* A slot holds a handle as bytes, whatever the platform calls one. */
struct slot {
    char handle[16];
    int is_used;
};

static struct slot slots[4];

static int slot_start(struct slot *slot)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, slot))
        return -1;
    memcpy(slot->handle, &thread, sizeof thread);
    slot->is_used = 1;
    return 0;
}

static void slot_stop(struct slot *slot)
{
    pthread_t thread;
    if (!slot->is_used)
        return;
    memcpy(&thread, slot->handle, sizeof thread);
    pthread_join(thread, 0);
    slot->is_used = 0;
}

int main(void)
{
    int failed = launch_detached(0);
    for (int i = 0; i < 4; i++)
        failed |= slot_start(&slots[i]);
    for (int i = 0; i < 4; i++)
        slot_stop(&slots[i]);
    return failed;
}
