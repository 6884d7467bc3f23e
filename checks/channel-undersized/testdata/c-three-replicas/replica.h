#include <stddef.h>

typedef struct chan_t chan_t;
chan_t *chan_init(size_t capacity);
void chan_dispose(chan_t *chan);
int chan_send(chan_t *chan, void *data);
int chan_recv(chan_t *chan, void **data);

struct request {
    const char *key;
    chan_t *replies;
};

int ask_replica(struct request *request);
