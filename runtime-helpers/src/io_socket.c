/* io_socket.c: accept, connect, getaddrinfo. */
#define _GNU_SOURCE /* accept4 */
#include "io.h"

#include "fail.h"

#include <rh/channel.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* accept's own list of errors after which the next connection may be fine. */
static bool try_again(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ECONNABORTED;
}

rh_status rh_accept(rh_ctx *ctx, int fd, struct sockaddr *address, unsigned *length, int *accepted)
{
    struct io io = {.ctx = ctx, .fd = fd};
    errno = rh_fail_point("io.accept", EMFILE);
    if (errno)
        return RH_ESYS;
    for (;;) {
        rh_status status = io_wait(&io, POLLIN);
        if (status != RH_OK)
            return status;
        *accepted = accept4(fd, address, length, SOCK_CLOEXEC);
        if (*accepted >= 0)
            return RH_OK;
        if (!try_again())
            return RH_ESYS;
    }
}

/* What became of a connect in progress. */
static rh_status connected(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0)
        errno = error;
    else
        error = errno;
    return error ? RH_ESYS : RH_OK;
}

static rh_status connect_nonblocking(const struct io *io, const struct sockaddr *address, unsigned length)
{
    if (connect(io->fd, address, length) == 0)
        return RH_OK;
    if (errno != EINPROGRESS && errno != EINTR)
        return RH_ESYS;
    rh_status status = io_wait(io, POLLOUT);
    return status == RH_OK ? connected(io->fd) : status;
}

rh_status rh_connect(rh_ctx *ctx, int fd, const struct sockaddr *address, unsigned length)
{
    struct io io = {.ctx = ctx, .fd = fd};
    rh_status status = io_status(&io);
    errno = rh_fail_point("io.connect", ECONNREFUSED);
    if (status != RH_OK || errno)
        return errno ? RH_ESYS : status;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return RH_ESYS;
    status = connect_nonblocking(&io, address, length);
    int error = errno;
    fcntl(fd, F_SETFL, flags);
    errno = error;
    return status;
}

/* --- getaddrinfo --- */

/* Shared by the caller, who may leave, and the resolving thread: two references. */
struct resolve {
    _Atomic int refs;
    rh_chan *done;
    char *node, *service;
    struct addrinfo hints, *result;
    bool has_hints;
    int error;
};

static void resolve_release(struct resolve *job)
{
    if (!job || --job->refs > 0)
        return;
    if (job->result)
        freeaddrinfo(job->result);
    rh_chan_release(job->done);
    free(job->node);
    free(job->service);
    free(job);
}

static void *resolve_run(void *arg)
{
    struct resolve *job = arg;
    job->error = getaddrinfo(job->node, job->service, job->has_hints ? &job->hints : NULL, &job->result);
    rh_chan_close(job->done);
    resolve_release(job);
    return NULL;
}

static char *copy(const char *text, bool *failed)
{
    char *copied = text ? rh_alloc(strlen(text) + 1) : NULL;
    *failed = *failed || (text && !copied);
    return copied ? strcpy(copied, text) : NULL;
}

static struct resolve *resolve_new(const char *node, const char *service, const struct addrinfo *hints)
{
    struct resolve *job = rh_alloc(sizeof *job);
    if (!job)
        return NULL;
    bool failed = false;
    job->refs = 1;
    job->node = copy(node, &failed);
    job->service = copy(service, &failed);
    job->has_hints = hints != NULL;
    if (hints)
        job->hints = *hints;
    job->done = rh_chan_new(0, 0);
    if (!failed && job->done)
        return job;
    resolve_release(job);
    return NULL;
}

/* A detached thread that takes no signals. */
static int resolve_start(struct resolve *job)
{
    sigset_t all, before;
    pthread_t thread;
    int error = rh_fail_point("io.resolve", EAGAIN);
    if (error)
        return error;
    job->refs++;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, NULL, resolve_run, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        job->refs--;
    else
        pthread_detach(thread);
    return error;
}

rh_status rh_getaddrinfo(rh_ctx *ctx, const char *node, const char *service, const struct addrinfo *hints,
                         struct addrinfo **result, int *error)
{
    *result = NULL;
    *error = 0;
    rh_status status = rh_ctx_status(ctx);
    if (status != RH_OK)
        return status;
    struct resolve *job = resolve_new(node, service, hints);
    int start_error = job ? resolve_start(job) : 0;
    if (!job || start_error) {
        errno = start_error;
        resolve_release(job);
        return job ? RH_ESYS : RH_ENOMEM;
    }
    rh_case cases[2] = {RH_RECV(job->done, NULL), RH_DONE(ctx)};
    size_t chosen;
    status = rh_select(cases, 2, RH_FOREVER, &chosen);
    if (status == RH_CLOSED) {
        *error = job->error;
        *result = job->result;
        job->result = NULL;
        status = *error ? RH_ESYS : RH_OK;
    }
    resolve_release(job);
    return status;
}
