#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <rh/channel.h>

struct stage {
    rh_chan *in, *out;
};

static void *upper(void *arg)
{
    struct stage *stage = arg;
    char line[80];
    for (;;) {
        switch (rh_chan_recv(stage->in, line)) {
        case RH_OK:
            line[0] = (char)(line[0] & ~0x20);
            if (rh_chan_send(stage->out, line) != RH_OK)
                return NULL;
            continue;
        case RH_CLOSED:
        default:
            rh_chan_close(stage->out);
            return NULL;
        }
    }
}

static void *print(void *arg)
{
    rh_chan *lines = arg;
    char line[80];
    while (rh_chan_recv(lines, line) == RH_OK) // expect: channel-never-closed
        puts(line);
    return NULL;
}

int main(void)
{
    char line[80];
    rh_chan *lines = rh_chan_new(4, sizeof line);
    pthread_t printer;
    if (pthread_create(&printer, NULL, print, lines) != 0)
        return 1;
    while (fgets(line, sizeof line, stdin))
        if (rh_chan_send(lines, line) != RH_OK)
            break;
    pthread_join(printer, NULL);
    rh_chan_close(lines);
    return upper(NULL) != NULL;
}
