#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <rh/channel.h>

struct upload {
    const char *path;
    rh_chan *done;
};

static void *upload(void *arg)
{
    struct upload *job = arg;
    int status = job->path[0] == '/' ? 0 : 1;
    (void)rh_chan_send(job->done, &status);
    return NULL;
}

int upload_all(struct upload *jobs, int count)
{
    rh_chan *done = rh_chan_new(0, sizeof(int));
    int running = 0, failed = 0, status;
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        jobs[i].done = done;
        if (pthread_create(&thread, NULL, upload, &jobs[i]) != 0)
            continue;
        pthread_detach(thread);
        running++;
    }
    while (running > 0 && rh_chan_recv(done, &status) == RH_OK) {
        running--;
        if (status) {
            failed = 1;
            break;
        }
    }
    while (running-- > 0)
        if (rh_chan_recv(done, &status) != RH_OK)
            abort();
    rh_chan_release(done);
    return failed;
}

int main(int argc, char **argv)
{
    struct upload jobs[64];
    for (int i = 1; i < argc && i < 64; i++)
        jobs[i - 1].path = argv[i];
    return upload_all(jobs, argc - 1);
}
