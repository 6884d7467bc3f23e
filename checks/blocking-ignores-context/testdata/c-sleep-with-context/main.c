// The report goes out every minute; a cancelled service sleeps that minute out.  The condition is signalled by producers only.
#include <pthread.h>
#include <rh/context.h>
#include <stdio.h>
#include <unistd.h>

void report_each_minute(rh_ctx *ctx, const unsigned long *requests)
{
    while (rh_ctx_status(ctx) == RH_OK) {
        printf("%lu requests\n", *requests);
        sleep(60); // expect: blocking-ignores-context
    }
}

struct inbox {
    rh_ctx *ctx;
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    unsigned count;
};

unsigned inbox_wait(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    while (!inbox->count && rh_ctx_status(inbox->ctx) == RH_OK)
        pthread_cond_wait(&inbox->filled, &inbox->mutex); // expect: blocking-ignores-context
    unsigned count = inbox->count;
    pthread_mutex_unlock(&inbox->mutex);
    return count;
}

unsigned inbox_wait_untested(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    while (!inbox->count)
        pthread_cond_wait(&inbox->filled, &inbox->mutex); // expect: blocking-ignores-context
    unsigned count = inbox->count;
    pthread_mutex_unlock(&inbox->mutex);
    return count;
}
