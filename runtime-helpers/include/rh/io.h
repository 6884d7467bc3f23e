/* rh/io.h: what blocks, ended by a context.
 *
 * Each function does what its namesake does, with a context in front, and stops waiting when the context
 * ends: RH_CANCELLED or RH_TIMEOUT.  A NULL context never ends.  A context that has ended already refuses at
 * once.
 *
 * What always holds
 *   - RH_OK: done, and the count or result is there.  RH_ESYS: the call failed and errno says how.  EINTR is
 * never seen: the call goes on.
 *   - What was transferred before the end is reported in the count, with whatever status.
 *   - The descriptor's flags are left alone (but see rh_connect), and a blocking descriptor is fine: where
 * the kernel can be told not to wait (RWF_NOWAIT, MSG_DONTWAIT: pipes, sockets, most files) it is told so,
 * and waiting is done in poll on the descriptor and an eventfd of this thread that only a cancel writes to.
 *     Where it cannot (terminals, devices, old kernels) the read follows a poll, so that a blocking
 * descriptor whose data another thread takes in between waits for the next data without its context.
 *   - Regular files and block devices cannot be waited for: a read from a slow disk ends when the disk says
 * so.
 *
 * Ownership: descriptors, buffers and results stay the caller's.  Count pointers may be NULL.
 * Threads: any.  Not for signal handlers.  None is a cancellation point of pthread_cancel: use the context.
 * Fault points: io.read, io.write, io.recv, io.send, io.accept, io.connect, io.resolve, io.waitpid,
 * io.wakefd.
 */
#ifndef RH_IO_H
#define RH_IO_H

#include <rh/context.h>
#include <rh/status.h>

#include <pthread.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;
struct addrinfo;

/* Reads what is there, at most `size` bytes; waits while there is nothing.  RH_CLOSED: end of file (*got is
 * 0). */
RH_API RH_NODISCARD rh_status rh_read(rh_ctx *ctx, int fd, void *buffer, size_t size, size_t *got);

/* Writes all of it, in several steps if need be; *put says how far it got.  RH_CLOSED: nobody reads any more
 * (EPIPE; SIGPIPE is raised as by write). */
RH_API RH_NODISCARD rh_status rh_write(rh_ctx *ctx, int fd, const void *buffer, size_t size, size_t *put);

/* For sockets.  rh_send sends all of it and raises no SIGPIPE.  RH_CLOSED as above; a datagram of no bytes is
 * told from an end of file by the socket's type, which is the caller's to know: both are RH_CLOSED. */
RH_API RH_NODISCARD rh_status rh_recv(rh_ctx *ctx, int fd, void *buffer, size_t size, int flags, size_t *got);
RH_API RH_NODISCARD rh_status rh_send(rh_ctx *ctx, int fd, const void *buffer, size_t size, int flags,
                                      size_t *put);

/* The new descriptor, close-on-exec, is in *accepted.  `address` and `length` as in accept, or NULL.  Where
 * several threads accept from one socket make it O_NONBLOCK: otherwise one whose connection another took
 * waits on. */
RH_API RH_NODISCARD rh_status rh_accept(rh_ctx *ctx, int fd, struct sockaddr *address, unsigned *length,
                                        int *accepted);

/* Connects.  The socket is O_NONBLOCK while this runs and then as before.  When the context ended, or on an
 * error, the socket is good for nothing but close. */
RH_API RH_NODISCARD rh_status rh_connect(rh_ctx *ctx, int fd, const struct sockaddr *address,
                                         unsigned length);

/* getaddrinfo on a thread of its own, which is left to itself when the context ends.  *error is getaddrinfo's
 * result (0 or EAI_*); RH_ESYS goes with an *error other than 0, or with errno where no thread could be had
 * (*error is 0). Free *result with freeaddrinfo. */
RH_API RH_NODISCARD rh_status rh_getaddrinfo(rh_ctx *ctx, const char *node, const char *service,
                                             const struct addrinfo *hints, struct addrinfo **result,
                                             int *error);

/* RH_OK: slept that long. */
RH_API rh_status rh_sleep(rh_ctx *ctx, rh_ns duration);

/* pthread_cond_wait: the mutex is held again when it returns, whatever it returns, and a wake-up may be
 * spurious.  A cancel wakes every waiter of the condition.  One that comes in the instant between looking at
 * the context and falling asleep is noticed up to 20 ms late. */
RH_API RH_NODISCARD rh_status rh_cond_wait(rh_ctx *ctx, pthread_cond_t *condition, pthread_mutex_t *mutex);

/* pthread_mutex_lock (for an rh_mutex see rh/mutex.h).  RH_OK: held; RH_ESYS with EOWNERDEAD: held too.
 * A mutex can't be told to wake one waiter: a cancel is noticed up to 20 ms late. */
RH_API RH_NODISCARD rh_status rh_mutex_lock(rh_ctx *ctx, pthread_mutex_t *mutex);

/* waitpid, of any pid it takes.  *status may be NULL.  With a pid > 0 it waits on a pidfd where the kernel
 * has those; otherwise it looks every few milliseconds. */
RH_API RH_NODISCARD rh_status rh_waitpid(rh_ctx *ctx, pid_t pid, int *status, int options);

/* pthread_join.  The thread is joined only if RH_OK; else it goes on and may be joined later.  *result may be
 * NULL.  A cancel is noticed up to 20 ms late.  rh_once sees circles through it. */
RH_API RH_NODISCARD rh_status rh_join(rh_ctx *ctx, pthread_t thread, void **result);

#ifdef __cplusplus
}
#endif
#endif
