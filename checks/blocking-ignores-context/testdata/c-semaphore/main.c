#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void consume(sem_t *items, int *count)
{
    while (!stop) {
        sem_wait(items); // expect: blocking-ignores-context
        ++*count;
    }
}

static void listen_on(mqd_t queue, char *buffer, size_t size)
{
    while (!stop)
        if (mq_receive(queue, buffer, size, NULL) > 0) // expect: blocking-ignores-context
            puts(buffer);
}

/* It looks every second. */
static void listen_well(mqd_t queue, char *buffer, size_t size)
{
    while (!stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        if (mq_timedreceive(queue, buffer, size, NULL, &until) > 0)
            puts(buffer);
    }
}

int main(void)
{
    char buffer[8192];
    int count = 0;
    sem_t items;
    signal(SIGTERM, on_signal);
    sem_init(&items, 0, 0);
    consume(&items, &count);
    listen_on(3, buffer, sizeof buffer);
    listen_well(4, buffer, sizeof buffer);
    return count;
}
