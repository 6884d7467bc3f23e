#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <netdb.h>

#include <rh/channel.h>

struct lookup {
    char name[256];
    rh_chan *answer;
};

static struct lookup lookup;

static void *resolve(void *arg)
{
    struct lookup *job = arg;
    struct addrinfo *found = NULL;
    int status = getaddrinfo(job->name, NULL, NULL, &found);
    (void)rh_chan_send(job->answer, &status);
    freeaddrinfo(found);
    return NULL;
}

int resolve_within(const char *name, rh_ns until)
{
    pthread_t thread;
    int status;
    snprintf(lookup.name, sizeof lookup.name, "%s", name);
    lookup.answer = rh_chan_new(0, sizeof(int)); // expect: channel-undersized
    if (pthread_create(&thread, NULL, resolve, &lookup))
        return -1;
    pthread_detach(thread);
    if (rh_chan_recv_until(lookup.answer, &status, until) != RH_OK) // related: channel-undersized
        return -1;
    return status;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%s: %d\n", argv[i], resolve_within(argv[i], 1000000));
    return 0;
}
