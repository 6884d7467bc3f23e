/* What taking a context costs where nothing has to be waited for: reads, onces, sends of one thread to
 * itself. */
#include "bench.h"

#include <rh/channel.h>
#include <rh/io.h>
#include <rh/once.h>

#include <glib.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static int fd[2];
static rh_ctx *ctx, *timed;
static char buffer[64];

static void must(bool good)
{
    if (!good)
        abort();
}

/* Every reader puts back what it read, so that the pipe is always ready; the write is in all rivals alike. */
static void put_back(void)
{
    must(write(fd[1], buffer, 1) == 1);
}

static void poll_and_read(long n)
{
    for (long i = 0; i < n; i++) {
        struct pollfd ready = {.fd = fd[0], .events = POLLIN};
        must(poll(&ready, 1, -1) == 1 && read(fd[0], buffer, 1) == 1);
        put_back();
    }
}

static void plain_read(long n)
{
    for (long i = 0; i < n; i++) {
        must(read(fd[0], buffer, 1) == 1);
        put_back();
    }
}

static void rh_reads(long n)
{
    for (long i = 0; i < n; i++) {
        must(rh_read(ctx, fd[0], buffer, 1, NULL) == RH_OK);
        put_back();
    }
}

static void rh_timed_reads(long n)
{
    for (long i = 0; i < n; i++) {
        must(rh_read(timed, fd[0], buffer, 1, NULL) == RH_OK);
        put_back();
    }
}

static void nothing(void *arg)
{
    (void)arg;
}

static void nothing_at_all(void)
{
}

static rh_once once = RH_ONCE_INIT;
static pthread_once_t posix_once = PTHREAD_ONCE_INIT;

static void rh_onces(long n)
{
    for (long i = 0; i < n; i++)
        must(rh_once_do(&once, nothing, NULL) == RH_OK);
}

static void pthread_onces(long n)
{
    for (long i = 0; i < n; i++)
        must(pthread_once(&posix_once, nothing_at_all) == 0);
}

static rh_chan *chan;
static GAsyncQueue *queue;

static void rh_send_recv(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t value = (uint64_t)i;
        must(rh_chan_send(chan, &value) == RH_OK && rh_chan_recv(chan, &value) == RH_OK);
    }
}

static void rh_send_recv_ctx(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t value = (uint64_t)i;
        must(rh_chan_send_ctx(chan, &value, ctx) == RH_OK && rh_chan_recv_ctx(chan, &value, ctx) == RH_OK);
    }
}

static void gasync_push_pop(long n)
{
    for (long i = 0; i < n; i++) {
        g_async_queue_push(queue, &queue);
        must(g_async_queue_pop(queue) == &queue);
    }
}

static void rh_try_select(long n)
{
    uint64_t value = 1;
    size_t chosen;
    for (long i = 0; i < n; i++) {
        rh_case cases[] = {RH_SEND(chan, &value), RH_DONE(ctx)};
        must(rh_select(cases, 2, RH_FOREVER, &chosen) == RH_OK && rh_chan_recv(chan, &value) == RH_OK);
    }
}

/* A row that has no goal in the speed table. */
static void row(const char *what, double ours, const char *against, double theirs)
{
    printf("%-44s %10.1f ns  %-28s %10.1f ns  ratio %6.3f\n", what, ours, against, theirs, ours / theirs);
}

int main(void)
{
    enum { rounds = 21 };
    double m[8];
    ctx = rh_ctx_new(NULL);
    timed = rh_ctx_with_timeout(NULL, 3600 * (rh_ns)1000000000);
    chan = rh_chan_new(64, sizeof(uint64_t));
    queue = g_async_queue_new();
    must(ctx && timed && chan && pipe(fd) == 0);
    put_back();

    const struct bench_rival reads[] = {{"poll+read", poll_and_read},
                                        {"read", plain_read},
                                        {"rh_read", rh_reads},
                                        {"rh_read, deadline", rh_timed_reads}};
    bench_run(reads, 4, rounds, 20000, m);
    bench_row("rh_read, ready pipe (+ 1 write)", m[2], "poll + read (+ 1 write)", m[0], 1.05);
    bench_row("rh_read with a deadline (+ 1 write)", m[3], "poll + read (+ 1 write)", m[0], 1.05);
    row("rh_read, ready pipe (+ 1 write)", m[2], "read alone (+ 1 write)", m[1]);

    const struct bench_rival onces[] = {{"rh_once_do", rh_onces}, {"pthread_once", pthread_onces}};
    bench_run(onces, 2, rounds, 2000000, m);
    row("rh_once_do, done", m[0], "pthread_once, done", m[1]);

    const struct bench_rival sends[] = {{"send+recv", rh_send_recv},
                                        {"send_ctx+recv_ctx", rh_send_recv_ctx},
                                        {"push+pop", gasync_push_pop},
                                        {"select+recv", rh_try_select}};
    bench_run(sends, 4, rounds, 500000, m);
    row("send + recv, one thread", m[0], "GAsyncQueue push + pop", m[2]);
    row("send_ctx + recv_ctx, one thread", m[1], "GAsyncQueue push + pop", m[2]);
    row("select of 2 + recv, one thread", m[3], "GAsyncQueue push + pop", m[2]);
    return 0;
}
