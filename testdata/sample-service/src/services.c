#include "services.h"

#include "config.h"
#include "exporter.h"
#include "journal.h"
#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static atomic_bool services_stopping;

/* What every service is handed. */
struct service_env {
    struct queue *queue;
    size_t journal_limit;
};

struct service {
    const char *name;
    void *(*entry)(void *env);
};

static struct service_env env;

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
}

/* Ends the calling thread and nothing else. */
static _Noreturn void service_leave(const char *name)
{
    log_info("%s leaves", name);
    pthread_exit(NULL);
}

/* A journal that was cut short makes journal_check() abort. */
static void *compactor_main(void *arg)
{
    const struct service_env *mine = arg;

    while (!atomic_load(&services_stopping)) {
        journal_compact(mine->journal_limit);
        pause_briefly();
    }
    return NULL;
}

static void *heartbeat_main(void *arg)
{
    const struct service_env *mine = arg;
    int beats = 0;

    while (!atomic_load(&services_stopping)) {
        if (beats++ % 50 == 0)
            log_info("%zu jobs wait, journal %zu bytes", queue_length(mine->queue), journal_size());
        pause_briefly();
    }
    service_leave("heartbeat");
}

/* The entry is C++ and lets no exception out. */
static void *exporter_main(void *arg)
{
    const struct service_env *mine = arg;

    while (!atomic_load(&services_stopping)) {
        exporter_write(queue_length(mine->queue), journal_size());
        pause_briefly();
    }
    return NULL;
}

static const struct service services[] = {
    {"compactor", compactor_main},
    {"heartbeat", heartbeat_main},
    {"exporter", exporter_main},
};

#define SERVICE_COUNT (sizeof services / sizeof services[0])

static pthread_t threads[SERVICE_COUNT];

void services_start(struct queue *queue)
{
    env.queue = queue;
    env.journal_limit = (size_t)config_get_int("journal-limit", 1 << 20);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        int error = pthread_create(&threads[i], NULL, services[i].entry, &env); // expect: spawn-without-recover
        if (error != 0)
            log_fatal("cannot start %s: %s", services[i].name, strerror(error));
    }
}

void services_stop(void)
{
    atomic_store(&services_stopping, true);
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        pthread_join(threads[i], NULL);
}
