#define _GNU_SOURCE
#include <pthread.h>

static pthread_t writer, reader;

static void *work(void *arg)
{
    return arg;
}

static int start_writer(void)
{
    if (pthread_create(&writer, 0, work, 0)) // expect: spawn-never-joined
        return -1;
    return pthread_setname_np(writer, "writer");
}

static int start_io(int count)
{
    pthread_t thread;
    for (int i = 0; i < count; i++) {
        if (pthread_create(&thread, 0, work, 0)) // expect: spawn-never-joined
            return -1;
        pthread_setname_np(thread, "io");
    }
    return 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (start_writer() || start_io(argc) || pthread_create(&reader, 0, work, 0))
        return 1;
    return pthread_join(reader, 0);
}
