#include <pthread.h>
#include <rh/channel.h>

struct task {
    int kind;
    void *data;
};

struct pool {
    rh_chan *tasks;
    pthread_t threads[8];
    unsigned count;
};

int pool_start(struct pool *pool, unsigned count);
int pool_submit(struct pool *pool, const struct task *task);
void pool_wait(struct pool *pool);
void run_task(const struct task *task);
