#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <rh/channel.h>

#define READERS 3

static void *index_files(void *arg)
{
    rh_chan *paths = arg;
    char *path;
    size_t indexed = 0;
    do {
        if (rh_chan_recv(paths, &path) != RH_OK) // expect: channel-never-closed
            break;
        indexed++;
        free(path);
    } while (1);
    printf("%zu\n", indexed);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t readers[READERS];
    rh_chan *paths = rh_chan_new(16, sizeof(char *));
    for (int i = 0; i < READERS; i++)
        if (pthread_create(&readers[i], NULL, index_files, paths) != 0)
            exit(1);
    for (int i = 1; i < argc; i++) {
        char *path = realpath(argv[i], NULL);
        if (path && rh_chan_send(paths, &path) != RH_OK)
            free(path);
    }
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    rh_chan_close(paths);
    rh_chan_release(paths);
    return 0;
}
