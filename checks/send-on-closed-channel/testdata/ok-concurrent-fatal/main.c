#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"

static void *worker(void *arg)
{
    for (;;) {
        void *block = malloc(1 << 20);
        if (!block)
            log_fatal("out of memory");
        log_add("block");
        free(block);
        usleep(1000);
    }
    return arg;
}

int main(void)
{
    pthread_t threads[4];
    log_open("app.log");
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, worker, NULL) != 0)
            log_fatal("no thread");
    for (;;) {
        log_add("main");
        if (access("stop", F_OK) == 0)
            log_fatal("stopped");
        sleep(1);
    }
}
