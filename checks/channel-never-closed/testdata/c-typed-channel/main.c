#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

struct event {
    int kind;
    long when;
};

RH_CHAN_DEFINE(events, struct event);

static struct events bus;

static void *record(void *arg)
{
    FILE *out = arg;
    struct event event;
    while (events_recv(bus, &event) == RH_OK) // expect: channel-never-closed
        fprintf(out, "%d %ld\n", event.kind, event.when);
    fclose(out);
    return NULL;
}

int main(void)
{
    pthread_t recorder;
    FILE *out = fopen("events.log", "w");
    bus = events_new(128);
    if (!out || pthread_create(&recorder, NULL, record, out) != 0)
        return 1;
    for (long i = 0; i < 1000; i++) {
        struct event event = {(int)i % 3, i};
        if (events_send(bus, event) != RH_OK)
            break;
    }
    pthread_join(recorder, NULL);
    events_release(bus);
    return 0;
}
