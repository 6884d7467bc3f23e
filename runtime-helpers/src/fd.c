/* fd.c: rh_fd.  One word holds the closed bit and how many are inside; whoever takes it to "closed, nobody
 * inside" closes the number.  A context of its own, cancelled by the close, ends those who wait (after Go's
 * fdMutex). */
#include <rh/fd.h>

#include "fail.h"
#include "io.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

enum { closed_bit = 1, one_inside = 2 };

struct rh_fd {
    _Atomic unsigned refs;
    _Atomic unsigned state;
    int number;
    rh_ctx *open; /* ends with the close */
};

rh_fd *rh_fd_new(int number)
{
    errno = number < 0 ? EBADF : rh_fail_point("fd.new", ENOMEM);
    struct rh_fd *fd = errno ? NULL : rh_alloc(sizeof *fd);
    if (!fd)
        return NULL;
    fd->refs = 1;
    fd->number = number;
    fd->open = rh_ctx_new(NULL);
    if (fd->open)
        return fd;
    free(fd);
    errno = ENOMEM;
    return NULL;
}

rh_fd *rh_fd_retain(rh_fd *fd)
{
    if (fd)
        atomic_fetch_add_explicit(&fd->refs, 1, memory_order_relaxed);
    return fd;
}

void rh_fd_release(rh_fd *fd)
{
    if (!fd || atomic_fetch_sub_explicit(&fd->refs, 1, memory_order_acq_rel) != 1)
        return;
    rh_fd_close(fd);
    rh_ctx_release(fd->open);
    free(fd);
}

static bool enter(rh_fd *fd)
{
    unsigned state = atomic_load(&fd->state);
    while (!(state & closed_bit))
        if (atomic_compare_exchange_weak(&fd->state, &state, state + one_inside))
            return true;
    return false;
}

static int leave(rh_fd *fd)
{
    if (atomic_fetch_sub(&fd->state, one_inside) == (closed_bit | one_inside))
        return close(fd->number);
    return 0;
}

rh_status rh_fd_close(rh_fd *fd)
{
    unsigned before = atomic_load(&fd->state);
    do {
        if (before & closed_bit)
            return RH_CLOSED;
    } while (!atomic_compare_exchange_weak(&fd->state, &before, (before | closed_bit) + one_inside));
    rh_ctx_cancel(fd->open, EBADF, "closed");
    return leave(fd) == 0 ? RH_OK : RH_ESYS;
}

int rh_fd_borrow(rh_fd *fd)
{
    if (enter(fd))
        return fd->number;
    errno = EBADF;
    return -1;
}

void rh_fd_return(rh_fd *fd)
{
    leave(fd);
}

/* A cancel that was the close, not the caller's context. */
static rh_status name_close(rh_fd *fd, rh_ctx *ctx, rh_status status)
{
    bool ended = status == RH_CANCELLED || status == RH_TIMEOUT;
    return ended && rh_ctx_status(ctx) == RH_OK && rh_ctx_status(fd->open) != RH_OK ? RH_CLOSED : status;
}

static rh_status run(rh_fd *fd, struct io io, rh_status (*loop)(struct io *), size_t *count)
{
    if (count)
        *count = 0;
    if (!enter(fd))
        return RH_CLOSED;
    io.fd = fd->number;
    io.also = fd->open;
    rh_status status = name_close(fd, io.ctx, loop(&io));
    int error = errno;
    if (count)
        *count = io.done;
    leave(fd);
    errno = error;
    return status;
}

rh_status rh_fd_read(rh_ctx *ctx, rh_fd *fd, void *buffer, size_t size, size_t *got)
{
    return run(fd, (struct io){.ctx = ctx, .buffer = buffer, .size = size}, io_read, got);
}

rh_status rh_fd_write(rh_ctx *ctx, rh_fd *fd, const void *buffer, size_t size, size_t *put)
{
    return run(fd, (struct io){.ctx = ctx, .buffer = (void *)buffer, .size = size}, io_write, put);
}

rh_status rh_fd_recv(rh_ctx *ctx, rh_fd *fd, void *buffer, size_t size, int flags, size_t *got)
{
    return run(fd, (struct io){.ctx = ctx, .buffer = buffer, .size = size, .flags = flags}, io_recv, got);
}

rh_status rh_fd_send(rh_ctx *ctx, rh_fd *fd, const void *buffer, size_t size, int flags, size_t *put)
{
    return run(fd, (struct io){.ctx = ctx, .buffer = (void *)buffer, .size = size, .flags = flags}, io_send,
               put);
}

static rh_status wait_events(struct io *io)
{
    return io_wait(io, (short)io->flags);
}

rh_status rh_fd_wait(rh_ctx *ctx, rh_fd *fd, short events)
{
    return run(fd, (struct io){.ctx = ctx, .flags = events}, wait_events, NULL);
}
