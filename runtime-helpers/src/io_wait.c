/* io_wait.c: poll that a context ends. */
#define _GNU_SOURCE /* ppoll */
#include "io.h"

#include "ctx.h"
#include "wakefd.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

struct watch {
    rh_ctx_hook hook;
    int wake_fd;
};

static void wake(void *arg)
{
    eventfd_write(*(const int *)arg, 1);
}

rh_status io_status(const struct io *io)
{
    rh_status status = rh_ctx_status(io->ctx);
    return status != RH_OK || !io->also ? status : rh_ctx_status(io->also);
}

static bool can_end(rh_ctx *ctx)
{
    return ctx && ctx != rh_ctx_background();
}

/* False when it has ended already: then nothing is to be waited for. */
static bool watch_begin(struct watch *watch, rh_ctx *ctx, int fd)
{
    watch->wake_fd = fd;
    return ctx_watch(ctx, &watch->hook, wake, &watch->wake_fd);
}

/* Afterwards nobody will write to the wake descriptor on this account, and what was written is gone. */
static void watch_end(struct watch *watch)
{
    if (watch->hook.ctx && !rh_ctx_hook_stop_wait(&watch->hook))
        wake_fd_drain(watch->wake_fd);
}

static int poll_until(struct pollfd *fds, unsigned count, rh_ns until)
{
    struct timespec ts = {0, 0};
    rh_ns left = until == RH_FOREVER ? 1 : until - rh_now();
    if (until != RH_FOREVER && left > 0)
        ts = (struct timespec){left / 1000000000, left % 1000000000};
    int cancel_state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    int ready = ppoll(fds, count, until == RH_FOREVER ? NULL : &ts, NULL);
    pthread_setcancelstate(cancel_state, NULL);
    return ready;
}

/* RH_OK may mean that nothing happened: the caller tries, and comes back. */
static rh_status poll_both(const struct io *io, short events, int wake_descriptor)
{
    struct pollfd fds[2] = {{.fd = io->fd, .events = events}, {.fd = wake_descriptor, .events = POLLIN}};
    rh_ns until = ctx_earliest(io->ctx, ctx_earliest(io->also, RH_FOREVER));
    for (;;) {
        int ready = poll_until(fds, wake_descriptor < 0 ? 1 : 2, until);
        if (ready < 0 && errno != EINTR)
            return RH_ESYS;
        rh_status status = io_status(io);
        if (status != RH_OK || (ready > 0 && fds[0].revents))
            return status;
    }
}

rh_status io_wait(const struct io *io, short events)
{
    if (io->fd < 0) { /* which poll would pass over */
        errno = EBADF;
        return RH_ESYS;
    }
    if (!can_end(io->ctx) && !can_end(io->also))
        return poll_both(io, events, -1);
    int fd = wake_fd();
    if (fd < 0)
        return RH_ESYS;
    struct watch first, second;
    bool live = watch_begin(&first, io->ctx, fd);
    live = watch_begin(&second, io->also, fd) && live;
    rh_status status = live ? poll_both(io, events, fd) : io_status(io);
    watch_end(&second);
    watch_end(&first);
    return status;
}
