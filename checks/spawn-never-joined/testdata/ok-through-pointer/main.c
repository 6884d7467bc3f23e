#include <pthread.h>
#include <stdlib.h>

struct worker {
    pthread_t thread;
    int id;
};

static struct worker *workers;
static pthread_t watcher;

void watch(void (*run)(void));

static void *work(void *arg)
{
    return arg;
}

static void create_worker(void *arg)
{
    pthread_create(&((struct worker *)arg)->thread, 0, work, arg);
}

static void start_all(pthread_t *tids, int count)
{
    for (int i = 0; i < count; i++) {
        struct worker *worker = workers + i;
        create_worker(&workers[i]);
        pthread_create(tids + i, 0, work, worker);
    }
}

int main(int argc, char **argv)
{
    pthread_t tids[8];
    (void)argv;
    workers = calloc(8, sizeof *workers);
    if (!workers || argc > 8)
        return 1;
    start_all(tids, argc);
    pthread_create(&watcher, 0, work, 0);
    watch(0);
    pthread_join(watcher, 0);
    for (int i = 0; i < argc; i++) {
        pthread_join(workers[i].thread, 0);
        pthread_join(tids[i], 0);
    }
    free(workers);
    return 0;
}
