#include "server.h"

#include "log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int fd;
    struct server *server;
};

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        log_error("port %d: %s", port, strerror(errno));
        close(fd);
        goto fail;
    }
    if (listen(fd, 64) < 0)
        goto fail;
    return fd;
fail:
    close(fd); // expect: channel-double-close
    return -1;
}

static void notify(struct server *server, char what)
{
    if (write(server->wake[1], &what, 1) < 0)
        log_error("wake-up: %s", strerror(errno));
}

/* One request: hand it to a worker, wait for the answer. */
static void serve_line(struct connection *connection, const char *line)
{
    char verb[16] = "", text[JOB_TEXT_MAX] = "", answer[JOB_TEXT_MAX + 2];
    struct job *job;
    int length;

    if (sscanf(line, "%15s %511[^\n]", verb, text) < 1)
        return;
    job = job_make(verb, text);
    if (job == NULL)
        return;
    job_retain(job); /* for the worker */
    if (!queue_push(connection->server->queue, job)) {
        job_release(job);
        length = snprintf(answer, sizeof answer, "busy\n");
    } else {
        length = snprintf(answer, sizeof answer, "%s\n", job_wait(job) ? job->answer : "late");
    }
    send(connection->fd, answer, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
    job_release(job);
}

/* Complete lines are served and removed; what is left of the buffer is returned. */
static size_t serve_buffer(struct connection *connection, char *buffer, size_t used)
{
    char *end;

    buffer[used] = '\0';
    while ((end = strchr(buffer, '\n')) != NULL) {
        *end = '\0';
        serve_line(connection, buffer);
        used -= (size_t)(end + 1 - buffer);
        memmove(buffer, end + 1, used + 1);
    }
    return used;
}

/* A client that says nothing keeps this thread in read(), whatever `stopping` says. */
static void *connection_main(void *arg)
{
    struct connection *connection = arg;
    struct server *server = connection->server;
    char buffer[1024];
    size_t used = 0;

    while (!atomic_load(&server->stopping) && used < sizeof buffer - 1) {
        ssize_t n = read(connection->fd, buffer + used, sizeof buffer - 1 - used); // expect: blocking-ignores-context
        if (n <= 0)
            break;
        used = serve_buffer(connection, buffer, used + (size_t)n);
    }
    close(connection->fd);
    free(connection);
    atomic_fetch_sub(&server->active, 1);
    return NULL;
}

/* Detached by attribute; owns the descriptor from here. */
static void connection_start(struct server *server, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    pthread_attr_t attributes;
    pthread_t thread;
    int error;

    if (connection == NULL) {
        close(fd);
        return;
    }
    connection->fd = fd;
    connection->server = server;
    atomic_fetch_add(&server->active, 1);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    error = pthread_create(&thread, &attributes, connection_main, connection);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        atomic_fetch_sub(&server->active, 1);
        close(fd);
        free(connection);
    }
}

/* Polls with the wake-up pipe, so accept() is only called when somebody is there. */
static void *listener_main(void *arg)
{
    struct server *server = arg;
    struct pollfd watched[2] = {
        {.fd = server->listen_fd, .events = POLLIN},
        {.fd = server->wake[0], .events = POLLIN},
    };

    while (!atomic_load(&server->stopping)) {
        int fd;
        if (poll(watched, 2, 1000) <= 0 || (watched[0].revents & POLLIN) == 0)
            continue;
        fd = accept(server->listen_fd, NULL, NULL);
        if (fd >= 0)
            connection_start(server, fd);
    }
    return NULL;
}

bool server_start(struct server *server, struct queue *queue, int port)
{
    server->queue = queue;
    atomic_init(&server->stopping, false);
    atomic_init(&server->active, 0);
    server->listen_fd = listen_on(port);
    if (server->listen_fd < 0)
        return false;
    if (pipe(server->wake) < 0) {
        close(server->listen_fd);
        return false;
    }
    if (pthread_create(&server->listener, NULL, listener_main, server) != 0) {
        close(server->wake[0]);
        close(server->wake[1]);
        close(server->listen_fd);
        return false;
    }
    return true;
}

/* Gives the connections that are still there a last moment. */
static void drain(struct server *server)
{
    for (int tries = 0; tries < 20 && atomic_load(&server->active) > 0; tries++) {
        notify(server, 'd');
        usleep(10000);
    }
}

void server_stop(struct server *server)
{
    atomic_store(&server->stopping, true);
    notify(server, 'q');
    pthread_join(server->listener, NULL);
    close(server->listen_fd);
    close(server->wake[0]);
    close(server->wake[1]);
    drain(server); // expect: send-on-closed-channel
}

static void *dump_main(void *arg)
{
    struct server *server = arg;

    log_info("%d connections, %zu jobs", atomic_load(&server->active), queue_length(server->queue));
    return NULL;
}

void server_dump(struct server *server)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, dump_main, server) != 0) // expect: spawn-never-joined
        log_error("cannot dump");
}
