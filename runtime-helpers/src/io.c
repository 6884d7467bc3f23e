/* io.c: read, write, recv, send. */
#define _GNU_SOURCE /* preadv2 */
#include "io.h"

#include "fail.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#endif
#ifndef WITH_TSAN
#define WITH_TSAN 0
#endif

/* ThreadSanitizer knows read and write, and what they order between threads, but not their newer relatives:
 * it is told by calls of no bytes, which on a pipe do nothing else. */
static bool is_pipe(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* preadv2, pwritev2 at the current position; the libc may not have them. */
static ssize_t nowait(long number, int fd, void *buffer, size_t size)
{
    struct iovec iov = {buffer, size};
    if (WITH_TSAN && !is_pipe(fd)) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if (WITH_TSAN && number == SYS_pwritev2 && write(fd, buffer, 0) < 0)
        return -1;
    ssize_t n = syscall(number, fd, &iov, 1L, -1L, -1L, (long)RWF_NOWAIT);
    if (WITH_TSAN && number == SYS_preadv2 && n >= 0 && read(fd, buffer, 0) < 0)
        return -1;
    return n;
}

static bool not_supported(void)
{
    return errno == EOPNOTSUPP || errno == ENOSYS;
}

/* Poll always calls these ready: only a plain call gets on. */
static bool is_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
}

static ssize_t step_read(struct io *io)
{
    if (io->polled)
        return read(io->fd, io->buffer, io->size);
    ssize_t n = nowait(SYS_preadv2, io->fd, io->buffer, io->size);
    if (n < 0 && errno == EAGAIN && is_file(io->fd))
        return read(io->fd, io->buffer, io->size);
    return n;
}

static ssize_t step_write(struct io *io)
{
    char *at = (char *)io->buffer + io->done;
    size_t left = io->size - io->done;
    if (io->polled) /* a pipe that poll calls ready takes this much without waiting */
        return write(io->fd, at, left < PIPE_BUF || is_file(io->fd) ? left : PIPE_BUF);
    ssize_t n = nowait(SYS_pwritev2, io->fd, at, left);
    if (n < 0 && errno == EAGAIN && is_file(io->fd))
        return write(io->fd, at, left);
    return n;
}

static ssize_t step_recv(struct io *io)
{
    return recv(io->fd, io->buffer, io->size, io->flags | MSG_DONTWAIT);
}

static ssize_t step_send(struct io *io)
{
    char *at = (char *)io->buffer + io->done;
    return send(io->fd, at, io->size - io->done, io->flags | MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* One step done, or the reason why not. */
static rh_status step(struct io *io, short events, ssize_t (*call)(struct io *), ssize_t *n)
{
    for (;;) {
        rh_status status = io->polled ? io_wait(io, events) : io_status(io);
        if (status != RH_OK)
            return status;
        *n = call(io);
        if (*n >= 0)
            return RH_OK;
        if (!io->polled && not_supported()) {
            io->polled = true;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            status = io_wait(io, events);
            if (status != RH_OK)
                return status;
        } else if (errno != EINTR) {
            return errno == EPIPE ? RH_CLOSED : RH_ESYS;
        }
    }
}

static rh_status take(struct io *io, ssize_t (*call)(struct io *))
{
    ssize_t n = 0;
    rh_status status = step(io, POLLIN, call, &n);
    io->done = n > 0 ? (size_t)n : 0;
    return status == RH_OK && n == 0 && io->size > 0 ? RH_CLOSED : status;
}

static rh_status give(struct io *io, ssize_t (*call)(struct io *))
{
    rh_status status;
    do {
        ssize_t n = 0;
        status = step(io, POLLOUT, call, &n);
        io->done += n > 0 ? (size_t)n : 0;
    } while (status == RH_OK && io->done < io->size);
    return status;
}

static bool fault(const char *name)
{
    int code = rh_fail_point(name, EIO);
    if (code)
        errno = code;
    return code != 0;
}

rh_status io_read(struct io *io)
{
    return fault("io.read") ? RH_ESYS : take(io, step_read);
}

rh_status io_write(struct io *io)
{
    return fault("io.write") ? RH_ESYS : give(io, step_write);
}

rh_status io_recv(struct io *io)
{
    return fault("io.recv") ? RH_ESYS : take(io, step_recv);
}

rh_status io_send(struct io *io)
{
    return fault("io.send") ? RH_ESYS : give(io, step_send);
}

static rh_status run(rh_status (*loop)(struct io *), struct io io, size_t *count)
{
    rh_status status = loop(&io);
    if (count)
        *count = io.done;
    return status;
}

rh_status rh_read(rh_ctx *ctx, int fd, void *buffer, size_t size, size_t *got)
{
    return run(io_read, (struct io){.ctx = ctx, .fd = fd, .buffer = buffer, .size = size}, got);
}

rh_status rh_write(rh_ctx *ctx, int fd, const void *buffer, size_t size, size_t *put)
{
    return run(io_write, (struct io){.ctx = ctx, .fd = fd, .buffer = (void *)buffer, .size = size}, put);
}

rh_status rh_recv(rh_ctx *ctx, int fd, void *buffer, size_t size, int flags, size_t *got)
{
    struct io io = {.ctx = ctx, .fd = fd, .buffer = buffer, .size = size, .flags = flags};
    return run(io_recv, io, got);
}

rh_status rh_send(rh_ctx *ctx, int fd, const void *buffer, size_t size, int flags, size_t *put)
{
    struct io io = {.ctx = ctx, .fd = fd, .buffer = (void *)buffer, .size = size, .flags = flags};
    return run(io_send, io, put);
}
