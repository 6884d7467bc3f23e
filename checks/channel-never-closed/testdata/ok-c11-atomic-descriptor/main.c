#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_int out = -1;
static int in;

static void *pump(void *arg)
{
    char chunk[256];
    ssize_t n;
    (void)arg;
    while ((n = read(in, chunk, sizeof chunk)) > 0)
        fwrite(chunk, 1, (size_t)n, stdout);
    return NULL;
}

static void stop(void)
{
    int fd = atomic_exchange(&out, -1);
    if (fd >= 0)
        close(fd);
}

int main(void)
{
    pthread_t thread;
    int fds[2];
    if (pipe(fds) || pthread_create(&thread, NULL, pump, NULL))
        return 1;
    in = fds[0];
    atomic_store(&out, fds[1]);
    if (write(atomic_load(&out), "x\n", 2) != 2)
        perror("write");
    stop();
    pthread_join(thread, NULL);
    return 0;
}
