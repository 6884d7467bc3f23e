// The flag is not this thread's, or the wait at its start is one that the start itself ends.
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

struct service {
    pthread_t reader, sampler;
    sem_t configured;
    atomic_bool stop_sampling;
    int fd;
    unsigned long samples;
};

static void *read_once(void *arg)
{
    struct service *service = arg;
    char hello[16];
    recv(service->fd, hello, sizeof hello, 0);
    return NULL;
}

static void *sample(void *arg)
{
    struct service *service = arg;
    sem_wait(&service->configured);
    while (!atomic_load(&service->stop_sampling)) {
        service->samples++;
        usleep(1000);
    }
    return NULL;
}

int start(struct service *service)
{
    if (pthread_create(&service->reader, NULL, read_once, service) ||
        pthread_create(&service->sampler, NULL, sample, service))
        return -1;
    sem_post(&service->configured);
    return 0;
}

void stop_sampling(struct service *service)
{
    atomic_store(&service->stop_sampling, true);
    pthread_join(service->sampler, NULL);
}

void finish(struct service *service)
{
    pthread_join(service->reader, NULL);
    close(service->fd);
}
