/* rh_select: channels, contexts and descriptors at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/channel.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "wakefd.h"

enum { ms = 1000000 };

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static rh_ns in(int milliseconds)
{
    return rh_now() + (rh_ns)milliseconds * ms;
}

static void nothing_ready(void **state)
{
    (void)state;
    rh_chan *a = rh_chan_new(1, sizeof(int)), *b = rh_chan_new(0, sizeof(int));
    int v = 0;
    size_t chosen;
    rh_case cases[] = {RH_RECV(a, &v), RH_RECV(b, &v), RH_SEND(b, &v), RH_RECV(NULL, &v), RH_SEND(NULL, &v)};
    assert_int_equal(rh_select(cases, 5, 0, &chosen), RH_TIMEOUT);
    assert_int_equal(chosen, 5);
    assert_int_equal(rh_select(cases, 5, in(20), &chosen), RH_TIMEOUT);
    assert_int_equal(rh_select(NULL, 0, in(5), &chosen), RH_TIMEOUT);
    assert_int_equal(chosen, 0);
    rh_case unknown = {.kind = (enum rh_case_kind)77};
    assert_int_equal(rh_select(&unknown, 1, 0, &chosen), RH_EINVAL);
    struct rh_chan_stats stats;
    rh_chan_stats_read(b, &stats);
    assert_int_equal(stats.waiting_senders + stats.waiting_receivers, 0);
    rh_chan_release(a);
    rh_chan_release(b);
}

static void takes_what_is_ready(void **state)
{
    (void)state;
    rh_chan *a = rh_chan_new(1, sizeof(int)), *b = rh_chan_new(1, sizeof(int));
    int v = 7, w = 0;
    size_t chosen;
    rh_case send_or_recv[] = {RH_RECV(a, &w), RH_SEND(b, &v)};
    assert_int_equal(rh_select(send_or_recv, 2, RH_FOREVER, &chosen), RH_OK);
    assert_int_equal(chosen, 1);
    rh_case recv_either[] = {RH_RECV(a, &w), RH_RECV(b, &w)};
    assert_int_equal(rh_select(recv_either, 2, RH_FOREVER, &chosen), RH_OK);
    assert_int_equal(chosen, 1);
    assert_int_equal(w, 7);
    rh_chan_close(a);
    assert_int_equal(rh_select(recv_either, 2, RH_FOREVER, &chosen), RH_CLOSED);
    assert_int_equal(chosen, 0);
    rh_chan_release(a);
    rh_chan_release(b);
}

static void of_several_ready_any_may_be_taken(void **state)
{
    (void)state;
    rh_chan *chan[3];
    int v = 0, taken[3] = {0, 0, 0};
    size_t chosen;
    for (int i = 0; i < 3; i++)
        chan[i] = rh_chan_new(300, sizeof(int));
    for (int i = 0; i < 900; i++)
        assert_int_equal(rh_chan_send(chan[i % 3], &v), RH_OK);
    for (int i = 0; i < 300; i++) {
        rh_case cases[] = {RH_RECV(chan[0], &v), RH_RECV(chan[1], &v), RH_RECV(chan[2], &v)};
        assert_int_equal(rh_select(cases, 3, 0, &chosen), RH_OK);
        taken[chosen]++;
    }
    for (int i = 0; i < 3; i++) {
        assert_in_range(taken[i], 40, 180);
        rh_chan_release(chan[i]);
    }
}

/* A select waiting on a thread of its own. */
struct waiting {
    rh_case cases[10];
    size_t n, chosen;
    rh_ns until;
    rh_status status;
    pthread_t thread;
};

static void *wait_in_select(void *arg)
{
    struct waiting *waiting = arg;
    waiting->status = rh_select(waiting->cases, waiting->n, waiting->until, &waiting->chosen);
    return NULL;
}

static void begin(struct waiting *waiting)
{
    if (!waiting->until)
        waiting->until = RH_FOREVER;
    assert_int_equal(pthread_create(&waiting->thread, NULL, wait_in_select, waiting), 0);
    nap(10);
}

static rh_status finish(struct waiting *waiting)
{
    pthread_join(waiting->thread, NULL);
    return waiting->status;
}

static void a_waiting_select_is_woken_by_any(void **state)
{
    (void)state;
    for (size_t which = 0; which < 4; which++) {
        rh_chan *a = rh_chan_new(1, sizeof(int)), *b = rh_chan_new(0, sizeof(int)), *full = rh_chan_new(1, 4);
        rh_ctx *ctx = rh_ctx_new(NULL);
        int v = 1, got[4] = {0};
        assert_int_equal(rh_chan_send(full, &v), RH_OK);
        struct waiting waiting = {
            .cases = {RH_RECV(a, &got[0]), RH_RECV(b, &got[1]), RH_SEND(full, &v), RH_DONE(ctx)}, .n = 4};
        begin(&waiting);
        if (which == 0)
            assert_int_equal(rh_chan_send(a, &(int){5}), RH_OK);
        else if (which == 1)
            assert_int_equal(rh_chan_send(b, &(int){6}), RH_OK);
        else if (which == 2)
            assert_int_equal(rh_chan_recv(full, &v), RH_OK);
        else
            rh_ctx_cancel(ctx, 1, NULL);
        assert_int_equal(finish(&waiting), which == 3 ? RH_CANCELLED : RH_OK);
        assert_int_equal(waiting.chosen, which);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(got[i], i == which ? (int)i + 5 : 0);
        struct rh_chan_stats stats;
        rh_chan_stats_read(b, &stats);
        assert_int_equal(stats.waiting_receivers, 0);
        rh_chan_release(a);
        rh_chan_release(b);
        rh_chan_release(full);
        rh_ctx_release(ctx);
    }
}

static void a_close_wakes_a_select(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity < 2; capacity++) {
        rh_chan *a = rh_chan_new(capacity, sizeof(int)), *b = rh_chan_new(1, sizeof(int));
        int v;
        struct waiting waiting = {.cases = {RH_RECV(b, &v), RH_RECV(a, &v)}, .n = 2};
        begin(&waiting);
        rh_chan_close(a);
        assert_int_equal(finish(&waiting), RH_CLOSED);
        assert_int_equal(waiting.chosen, 1);
        rh_chan_release(a);
        rh_chan_release(b);
    }
}

static void a_select_does_not_meet_itself(void **state)
{
    (void)state;
    rh_chan *chan = rh_chan_new(0, sizeof(int));
    int v = 1, w = 0;
    size_t chosen;
    rh_case cases[] = {RH_SEND(chan, &v), RH_RECV(chan, &w)};
    assert_int_equal(rh_select(cases, 2, in(20), &chosen), RH_TIMEOUT);
    assert_int_equal(w, 0);
    struct rh_chan_stats stats;
    rh_chan_stats_read(chan, &stats);
    assert_in_range(stats.send_parks, 1, 3); /* nor runs in circles, taking itself for somebody else */
    rh_chan_release(chan);
}

static void two_selects_meet(void **state)
{
    (void)state;
    rh_chan *a = rh_chan_new(0, sizeof(int)), *b = rh_chan_new(0, sizeof(int));
    int v = 3, w = 0, x = 0;
    struct waiting one = {.cases = {RH_SEND(a, &v), RH_RECV(b, &x)}, .n = 2};
    struct waiting two = {.cases = {RH_RECV(a, &w), RH_SEND(b, &v)}, .n = 2};
    begin(&one);
    begin(&two);
    assert_int_equal(finish(&one), RH_OK);
    assert_int_equal(finish(&two), RH_OK);
    assert_int_equal(one.chosen, two.chosen);
    assert_int_equal(w + x, 3);
    rh_chan_release(a);
    rh_chan_release(b);
}

static void contexts_with_deadlines(void **state)
{
    (void)state;
    rh_ctx *late = rh_ctx_with_timeout(NULL, 5000 * (rh_ns)ms), *soon = rh_ctx_with_timeout(NULL, 20 * ms);
    rh_case cases[] = {RH_DONE(late), RH_DONE(soon), RH_DONE(NULL)};
    size_t chosen;
    assert_int_equal(rh_select(cases, 3, RH_FOREVER, &chosen), RH_TIMEOUT);
    assert_int_equal(chosen, 1);
    rh_ctx_release(late);
    rh_ctx_release(soon);
}

static void descriptors(void **state)
{
    (void)state;
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    rh_chan *chan = rh_chan_new(1, sizeof(int));
    rh_ctx *ctx = rh_ctx_new(NULL);
    int v = 0;
    size_t chosen;
    rh_case cases[] = {RH_RECV(chan, &v), RH_FD(fd[0], POLLIN), RH_DONE(ctx), RH_FD(fd[1], POLLOUT)};
    assert_int_equal(rh_select(cases, 4, RH_FOREVER, &chosen), RH_OK);
    assert_int_equal(chosen, 3);
    assert_true(cases[3].revents & POLLOUT);
    assert_int_equal(rh_select(cases, 3, in(10), &chosen), RH_TIMEOUT);
    assert_int_equal(chosen, 3);
    for (size_t which = 0; which < 3; which++) {
        struct waiting waiting = {.cases = {cases[0], cases[1], cases[2]}, .n = 3};
        begin(&waiting);
        if (which == 0)
            assert_int_equal(rh_chan_send(chan, &(int){9}), RH_OK);
        else if (which == 1)
            assert_int_equal(write(fd[1], "x", 1), 1);
        else
            rh_ctx_cancel(ctx, 1, NULL);
        assert_int_equal(finish(&waiting), which == 2 ? RH_CANCELLED : RH_OK);
        assert_int_equal(waiting.chosen, which);
        assert_int_equal(waiting.cases[1].revents, which == 1 ? POLLIN : 0);
        if (which == 1)
            assert_int_equal(read(fd[0], &v, 1), 1);
    }
    close(fd[0]);
    close(fd[1]);
    rh_ctx_release(ctx);
    rh_chan_release(chan);
}

static void *send_later(void *chan)
{
    nap(20);
    return rh_chan_send(chan, &(int){1}) == RH_OK ? chan : NULL;
}

static void a_wake_up_leaves_nothing_behind(void **state)
{
    (void)state;
    int fd[2], v;
    size_t chosen;
    assert_int_equal(pipe(fd), 0);
    rh_chan *chan = rh_chan_new(1, sizeof(int));
    rh_case cases[] = {RH_RECV(chan, &v), RH_FD(fd[0], POLLIN)};
    pthread_t thread;
    pthread_create(&thread, NULL, send_later, chan);
    assert_int_equal(rh_select(cases, 2, RH_FOREVER, &chosen), RH_OK);
    pthread_join(thread, NULL);
    assert_int_equal(poll(&(struct pollfd){.fd = wake_fd(), .events = POLLIN}, 1, 0), 0);
    close(fd[0]);
    close(fd[1]);
    rh_chan_release(chan);
}

static void many_cases(void **state)
{
    (void)state;
    rh_chan *chan[9];
    struct waiting waiting = {.n = 9};
    int v[9] = {0};
    for (int i = 0; i < 9; i++) {
        chan[i] = rh_chan_new((size_t)i % 3, sizeof(int));
        waiting.cases[i] = RH_RECV(chan[i], &v[i]);
    }
    begin(&waiting);
    assert_int_equal(rh_chan_send(chan[6], &(int){4}), RH_OK);
    assert_int_equal(finish(&waiting), RH_OK);
    assert_int_equal(waiting.chosen, 6);
    assert_int_equal(v[6], 4);
    for (int i = 0; i < 9; i++)
        rh_chan_release(chan[i]);
}

/* Two threads, each both sending and receiving by select over the same rendezvous channels: every message
 * that one says it sent the other says it received. */
struct crossing {
    rh_chan *a, *b;
    rh_ctx *ctx;
    long sent, received, sent_sum, received_sum;
};

static void *cross(void *arg)
{
    struct crossing *crossing = arg;
    for (int i = 1;; i++) {
        int out = i, in_ = 0;
        size_t chosen;
        rh_case cases[] = {RH_SEND(crossing->a, &out), RH_RECV(crossing->b, &in_), RH_RECV(crossing->a, &in_),
                           RH_DONE(crossing->ctx)};
        if (rh_select(cases, 4, RH_FOREVER, &chosen) != RH_OK)
            return NULL;
        if (chosen == 0) {
            crossing->sent++;
            crossing->sent_sum += out;
        } else {
            crossing->received++;
            crossing->received_sum += in_;
        }
    }
}

static void selects_crossing(void **state)
{
    (void)state;
    rh_chan *a = rh_chan_new(0, sizeof(int)), *b = rh_chan_new(0, sizeof(int));
    rh_ctx *ctx = rh_ctx_with_timeout(NULL, 300 * ms);
    struct crossing side[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        side[i] = (struct crossing){.a = i % 2 ? a : b, .b = i % 2 ? b : a, .ctx = ctx};
        pthread_create(&threads[i], NULL, cross, &side[i]);
    }
    struct crossing all = {0};
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        all.sent += side[i].sent;
        all.received += side[i].received;
        all.sent_sum += side[i].sent_sum;
        all.received_sum += side[i].received_sum;
    }
    assert_true(all.sent > 0);
    assert_int_equal(all.sent, all.received);
    assert_int_equal(all.sent_sum, all.received_sum);
    rh_ctx_release(ctx);
    rh_chan_release(a);
    rh_chan_release(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_ready),
        cmocka_unit_test(takes_what_is_ready),
        cmocka_unit_test(of_several_ready_any_may_be_taken),
        cmocka_unit_test(a_waiting_select_is_woken_by_any),
        cmocka_unit_test(a_close_wakes_a_select),
        cmocka_unit_test(a_select_does_not_meet_itself),
        cmocka_unit_test(two_selects_meet),
        cmocka_unit_test(contexts_with_deadlines),
        cmocka_unit_test(descriptors),
        cmocka_unit_test(a_wake_up_leaves_nothing_behind),
        cmocka_unit_test(many_cases),
        cmocka_unit_test(selects_crossing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
