/* A send after close is a status, and the message is still the sender's. */
#include <rh/channel.h>

#include <pthread.h>
#include <unistd.h>

static void *sends_late(void *chan)
{
    usleep(20000);
    return rh_chan_send(chan, &(int){1}) == RH_CLOSED ? chan : NULL;
}

int main(void)
{
    pthread_t sender;
    void *refused = NULL;
    alarm(20);
    rh_chan *chan = rh_chan_new(4, sizeof(int));
    if (!chan || pthread_create(&sender, NULL, sends_late, chan) != 0)
        return 1;
    rh_chan_close(chan);
    pthread_join(sender, &refused);
    rh_chan_release(chan);
    return refused ? 0 : 1;
}
