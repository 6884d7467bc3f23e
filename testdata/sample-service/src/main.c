/* jobd: takes jobs over TCP on the loopback, does them in worker threads, journals what
 * is stored. `jobd PORT JOURNAL`; SIGUSR1 logs its state, SIGUSR2 writes a snapshot,
 * SIGTERM and SIGINT end it. */
#include "config.h"
#include "exporter.h"
#include "index.h"
#include "journal.h"
#include "log.h"
#include "server.h"
#include "services.h"
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct queue queue;
static struct worker_pool workers;
static struct server server;

/* Every thread inherits the mask, so that signals arrive in main() alone. */
static sigset_t signals_block(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

static void signals_serve(const sigset_t *signals)
{
    int number;

    while (sigwait(signals, &number) == 0) {
        if (number == SIGUSR1)
            server_dump(&server);
        else if (number == SIGUSR2)
            exporter_snapshot(config_get("snapshot", "/tmp/jobd.snapshot"));
        else
            break;
    }
}

static void start(const char *port, const char *path)
{
    if (!journal_open(path))
        log_fatal("journal %s: %s", path, strerror(errno));
    if (config_get_int("verify", 0) && !exporter_verify(path))
        log_fatal("journal %s is damaged", path);
    queue_init(&queue);
    index_start(path);
    worker_pool_start(&workers, &queue, config_get_int("workers", 4));
    services_start(&queue);
    if (!server_start(&server, &queue, atoi(port)))
        log_fatal("cannot listen on port %s", port);
}

static void stop(void)
{
    server_stop(&server);
    queue_close(&queue);
    worker_pool_join(&workers);
    services_stop();
    index_stop();
    journal_close();
}

int main(int argc, char **argv)
{
    sigset_t signals;

    if (argc != 3) {
        fprintf(stderr, "usage: jobd PORT JOURNAL\n");
        return 2;
    }
    signals = signals_block();
    start(argv[1], argv[2]);
    log_info("jobd listens on port %s", argv[1]);
    signals_serve(&signals);
    stop();
    log_info("jobd is done");
    return 0;
}
