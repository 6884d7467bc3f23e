/* rh/fd.h: a descriptor that can be closed while others use it.
 *
 * close(2) on a descriptor that another thread reads from is a trap: the reader may sleep on, and the number
 * may already name another file when it is used next.  An rh_fd counts who is inside an operation: closing
 * refuses new ones, ends those that wait, and the number is given back only when the last one is out.
 *
 * Ownership: rh_fd_new takes the descriptor over.  Reference-counted; the last release closes.
 * Threads: any.  Writes of several threads of more than PIPE_BUF bytes may interleave, as those of write do.
 * Fault points: those of rh/io.h, and fd.new.
 */
#ifndef RH_FD_H
#define RH_FD_H

#include <rh/io.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_fd rh_fd;

/* NULL, with errno, when there is no memory or `fd` is negative; then `fd` is still the caller's. */
RH_API rh_fd *rh_fd_new(int fd);
RH_API rh_fd *rh_fd_retain(rh_fd *fd);
RH_API void rh_fd_release(rh_fd *fd);

/* Ends all operations with RH_CLOSED, now and from now on.  RH_OK for the first, RH_CLOSED later.  Does not
 * wait for those who are inside; RH_ESYS: close itself failed (only known when nobody was inside). */
RH_API rh_status rh_fd_close(rh_fd *fd);

/* As rh_read and its like; also RH_CLOSED when the rh_fd was closed, before or meanwhile. */
RH_API RH_NODISCARD rh_status rh_fd_read(rh_ctx *ctx, rh_fd *fd, void *buffer, size_t size, size_t *got);
RH_API RH_NODISCARD rh_status rh_fd_write(rh_ctx *ctx, rh_fd *fd, const void *buffer, size_t size,
                                          size_t *put);
RH_API RH_NODISCARD rh_status rh_fd_recv(rh_ctx *ctx, rh_fd *fd, void *buffer, size_t size, int flags,
                                         size_t *got);
RH_API RH_NODISCARD rh_status rh_fd_send(rh_ctx *ctx, rh_fd *fd, const void *buffer, size_t size, int flags,
                                         size_t *put);

/* Waits until poll's `events` hold. */
RH_API RH_NODISCARD rh_status rh_fd_wait(rh_ctx *ctx, rh_fd *fd, short events);

/* Borrows the number for a call of your own, which cannot be reused until it is returned; -1 when closed. */
RH_API int rh_fd_borrow(rh_fd *fd);
RH_API void rh_fd_return(rh_fd *fd);

#ifdef __cplusplus
}
#endif
#endif
