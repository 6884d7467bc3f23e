#include "replica.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *fetch(const char *key)
{
    return strdup(key);
}

static void *replica(void *arg)
{
    struct request *request = arg;
    char *value = fetch(request->key);
    chan_send(request->replies, value); // related: channel-undersized
    return NULL;
}

int ask_replica(struct request *request)
{
    pthread_t thread;
    int status = pthread_create(&thread, NULL, replica, request);
    if (status != 0)
        return status;
    return pthread_detach(thread);
}
