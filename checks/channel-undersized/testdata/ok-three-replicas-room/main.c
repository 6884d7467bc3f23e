#include "replica.h"

#include <stdio.h>
#include <stdlib.h>

static struct request request;

/* Whichever of three answers first. */
static char *get(const char *key)
{
    void *value = NULL;
    request.key = key;
    request.replies = chan_init(3);
    if (ask_replica(&request) != 0 || ask_replica(&request) != 0 || ask_replica(&request) != 0)
        exit(1);
    chan_recv(request.replies, &value);
    return value;
}

int main(void)
{
    char *value = get("user:1");
    puts(value);
    free(value);
    return 0;
}
