/* The part of chan.h (tylertreat/chan) that the test needs. */
#include <stddef.h>
#include <stdint.h>

typedef struct chan_t {
    void *queue;
    int closed;
} chan_t;
chan_t *chan_init(size_t capacity);
void chan_dispose(chan_t *chan);
int chan_close(chan_t *chan);
int chan_send(chan_t *chan, void *data);
int chan_recv(chan_t *chan, void **data);
int chan_send_int32(chan_t *chan, int32_t data);
int chan_recv_int32(chan_t *chan, int32_t *data);
#define chan_send_int(c, d) chan_send_int32(c, d)
#define chan_recv_int(c, d) chan_recv_int32(c, d)
