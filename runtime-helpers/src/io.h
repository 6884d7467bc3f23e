/* io.h (internal): doing something with a descriptor until it is done or a context ends. */
#ifndef RH_SRC_IO_H
#define RH_SRC_IO_H

#include <rh/io.h>

struct io {
    rh_ctx *ctx;
    rh_ctx *also; /* a second context that ends it, or NULL: an rh_fd's own */
    int fd;
    int flags; /* of recv and send */
    void *buffer;
    size_t size, done;
    bool polled; /* the kernel can't be told not to wait, so poll comes first */
};

/* Waits for `events`, as poll has them.  RH_OK, or the status of the context that ended. */
rh_status io_wait(const struct io *io, short events);

/* RH_OK or the status of the context that has ended. */
rh_status io_status(const struct io *io);

/* The loops of rh_read, rh_write, rh_recv and rh_send. */
rh_status io_read(struct io *io);
rh_status io_write(struct io *io);
rh_status io_recv(struct io *io);
rh_status io_send(struct io *io);

#endif
