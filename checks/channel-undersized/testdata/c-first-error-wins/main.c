#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <rh/channel.h>

struct probe {
    const char *host;
    rh_chan *results;
};

static int connect_to(const char *host)
{
    return host && *host ? 0 : -1;
}

static void *run_probe(void *arg)
{
    struct probe *probe = arg;
    int status = connect_to(probe->host);
    (void)rh_chan_send(probe->results, &status); // related: channel-undersized
    free(probe);
    return NULL;
}

int probe_all(const char *const *hosts, size_t count)
{
    rh_chan *results = rh_chan_new(0, sizeof(int)); // expect: channel-undersized
    for (size_t i = 0; i < count; i++) {
        struct probe *probe = malloc(sizeof *probe);
        pthread_t thread;
        if (!probe)
            abort();
        probe->host = hosts[i];
        probe->results = results;
        if (pthread_create(&thread, NULL, run_probe, probe) != 0)
            abort();
        pthread_detach(thread);
    }
    for (size_t i = 0; i < count; i++) {
        int status;
        if (rh_chan_recv(results, &status) != RH_OK)
            break;
        if (status != 0) // related: channel-undersized
            return status;
    }
    rh_chan_release(results);
    return 0;
}

int main(int argc, char **argv)
{
    int status = probe_all((const char *const *)argv + 1, (size_t)argc - 1);
    printf("%d\n", status);
    return status;
}
