#include "names.h"

#include <stdbool.h>
#include <stdlib.h>

static pthread_t writer, compacter;
static bool is_stopping;

struct io_thread {
    int depth;
};

static void *run(void *arg)
{
    while (!is_stopping)
        ;
    return arg;
}

int storage_start(void)
{
    if (pthread_create(&writer, 0, run, 0)) // expect: spawn-never-joined
        return -1;
    name_thread(writer, "writer");
    if (pthread_create(&compacter, 0, run, 0))
        return -1;
    name_thread(compacter, "compacter");
    return 0;
}

/* Every thread goes through the same local, which nothing but the naming helper ever looks at. */
struct io_thread *storage_io_start(int count)
{
    pthread_t thread;
    struct io_thread *threads = calloc((size_t)count, sizeof *threads);
    for (int i = 0; threads && i < count; i++) {
        threads[i].depth = 1;
        pthread_create(&thread, 0, run, &threads[i]); // expect: spawn-never-joined
        name_thread(thread, "io");
    }
    return threads;
}

int storage_stop(void)
{
    is_stopping = true;
    return stop_thread(&compacter);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (storage_start())
        return 1;
    struct io_thread *threads = storage_io_start(argc);
    free(threads);
    return storage_stop();
}
