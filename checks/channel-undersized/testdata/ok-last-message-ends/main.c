#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

struct row {
    int id;
    int is_last;
};

static rh_chan *rows;

static void *query(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        struct row row = {i, 0};
        if (rh_chan_send(rows, &row) != RH_OK)
            return NULL;
    }
    struct row last = {0, 1};
    (void)rh_chan_send(rows, &last);
    return NULL;
}

int print_rows(void)
{
    pthread_t thread;
    rows = rh_chan_new(16, sizeof(struct row));
    if (pthread_create(&thread, NULL, query, NULL) != 0)
        return -1;
    for (int i = 0; i < 1000; i++) {
        struct row row;
        if (rh_chan_recv(rows, &row) != RH_OK)
            return -1;
        if (row.is_last)
            break;
        printf("%d\n", row.id);
    }
    pthread_join(thread, NULL);
    rh_chan_release(rows);
    return 0;
}

int main(void)
{
    return print_rows();
}
