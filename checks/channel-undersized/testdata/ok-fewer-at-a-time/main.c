#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

struct shard {
    int number, broken;
    rh_chan *reports;
};

static void *check_shard(void *arg)
{
    struct shard *shard = arg;
    shard->broken = shard->number % 5 == 0;
    (void)rh_chan_send(shard->reports, &shard);
    return NULL;
}

/* The callers never have more than the channel holds; nobody can tell that from here. */
int check_shards(struct shard *shards, int count, size_t at_once)
{
    rh_chan *reports = rh_chan_new(at_once, sizeof(struct shard *));
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        shards[i].reports = reports;
        if (pthread_create(&thread, NULL, check_shard, &shards[i]) == 0)
            pthread_detach(thread);
    }
    for (int i = 0; i < count; i++) {
        struct shard *shard;
        if (rh_chan_recv(reports, &shard) != RH_OK)
            return -1;
        if (shard->broken)
            return shard->number;
    }
    return 0;
}

int main(void)
{
    static struct shard shards[12];
    for (int i = 0; i < 12; i++)
        shards[i].number = i + 1;
    printf("%d\n", check_shards(shards, 12, 12));
    return 0;
}
