/* The contract of rh/channel.h, and Go's published channel semantics in our words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/channel.h>
#include <rh/fail.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ms = 1000000 };

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static rh_ns in(int milliseconds)
{
    return rh_now() + (rh_ns)milliseconds * ms;
}

static pthread_t start(void *(*fn)(void *), void *arg)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fn, arg), 0);
    return thread;
}

/* One operation on a thread of its own, whose status join() returns. */
struct op {
    rh_chan *chan;
    rh_ctx *ctx;
    int value;
    rh_status status;
    _Atomic int done;
    pthread_t thread;
};

static void *do_send(void *arg)
{
    struct op *op = arg;
    op->status =
        op->ctx ? rh_chan_send_ctx(op->chan, &op->value, op->ctx) : rh_chan_send(op->chan, &op->value);
    op->done = 1;
    return NULL;
}

static void *do_recv(void *arg)
{
    struct op *op = arg;
    op->status =
        op->ctx ? rh_chan_recv_ctx(op->chan, &op->value, op->ctx) : rh_chan_recv(op->chan, &op->value);
    op->done = 1;
    return NULL;
}

static void begin(struct op *op, void *(*fn)(void *))
{
    op->thread = start(fn, op);
}

static rh_status finish(struct op *op)
{
    pthread_join(op->thread, NULL);
    return op->status;
}

static void wait_for_waiters(rh_chan *chan, unsigned senders, unsigned receivers)
{
    struct rh_chan_stats stats;
    do {
        nap(1);
        rh_chan_stats_read(chan, &stats);
    } while (stats.waiting_senders != senders || stats.waiting_receivers != receivers);
}

static void fills_and_drains_in_order(void **state)
{
    (void)state;
    for (size_t capacity = 1; capacity <= 9; capacity++) {
        rh_chan *chan = rh_chan_new(capacity, sizeof(int));
        for (int lap = 0; lap < 5; lap++) {
            for (int i = 0; i < (int)capacity; i++)
                assert_int_equal(rh_chan_try_send(chan, &i), RH_OK);
            assert_int_equal(rh_chan_try_send(chan, &(int){0}), RH_FULL);
            assert_int_equal(rh_chan_length(chan), capacity);
            for (int i = 0, got; i < (int)capacity; i++) {
                assert_int_equal(rh_chan_try_recv(chan, &got), RH_OK);
                assert_int_equal(got, i);
            }
            assert_int_equal(rh_chan_try_recv(chan, &(int){0}), RH_EMPTY);
        }
        struct rh_chan_stats stats;
        rh_chan_stats_read(chan, &stats);
        assert_int_equal(stats.sent, 5 * capacity);
        assert_int_equal(stats.received, 5 * capacity);
        rh_chan_release(chan);
    }
}

static void any_element_size(void **state)
{
    (void)state;
    for (size_t size = 0; size < 70; size++) {
        char out[70], in_[70];
        rh_chan *chan = rh_chan_new(3, size);
        for (int i = 0; i < 7; i++) {
            memset(out, 'a' + i, sizeof out);
            memset(in_, 0, sizeof in_);
            assert_int_equal(rh_chan_send(chan, size ? out : NULL), RH_OK);
            assert_int_equal(rh_chan_recv(chan, size ? in_ : NULL), RH_OK);
            assert_memory_equal(out, in_, size);
            assert_true(size == 70 || in_[size] == 0);
        }
        rh_chan_release(chan);
    }
}

static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(rh_chan_new(SIZE_MAX / 2, 8));
    assert_int_equal(errno, ENOMEM);
    assert_null(rh_chan_new(8, SIZE_MAX - 20));
    assert_null(rh_chan_new((size_t)1 << 39, (size_t)1 << 39));
    assert_int_equal(rh_chan_send(NULL, NULL), RH_EINVAL);
    assert_int_equal(rh_chan_recv(NULL, NULL), RH_EINVAL);
    assert_int_equal(rh_chan_close(NULL), RH_EINVAL);
    rh_chan_release(NULL);
}

static void close_refuses_sends_and_lets_receivers_drain(void **state)
{
    (void)state;
    rh_chan *chan = rh_chan_new(4, sizeof(int));
    for (int i = 1; i <= 3; i++)
        assert_int_equal(rh_chan_send(chan, &i), RH_OK);
    assert_false(rh_chan_is_closed(chan));
    assert_int_equal(rh_chan_close(chan), RH_OK);
    assert_int_equal(rh_chan_close(chan), RH_CLOSED);
    assert_true(rh_chan_is_closed(chan));
    assert_int_equal(rh_chan_send(chan, &(int){9}), RH_CLOSED);
    assert_int_equal(rh_chan_try_send(chan, &(int){9}), RH_CLOSED);
    assert_int_equal(rh_chan_length(chan), 3);
    int sum = 0;
    RH_CHAN_EACH(int, value, chan)
    sum += value;
    assert_int_equal(sum, 6);
    assert_int_equal(rh_chan_recv(chan, &sum), RH_CLOSED);
    assert_int_equal(rh_chan_try_recv(chan, &sum), RH_CLOSED);
    rh_chan_release(chan);
}

static void close_wakes_everyone(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    struct op receivers[3] = {{.chan = chan}, {.chan = chan}, {.chan = chan}};
    for (int i = 0; i < 3; i++)
        begin(&receivers[i], do_recv);
    wait_for_waiters(chan, 0, 3);
    assert_int_equal(rh_chan_close(chan), RH_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(finish(&receivers[i]), RH_CLOSED);
    rh_chan_release(chan);

    chan = rh_chan_new(capacity, sizeof(int));
    for (size_t i = 0; i < capacity; i++)
        assert_int_equal(rh_chan_try_send(chan, &(int){1}), RH_OK);
    struct op senders[3] = {{.chan = chan}, {.chan = chan}, {.chan = chan}};
    for (int i = 0; i < 3; i++)
        begin(&senders[i], do_send);
    wait_for_waiters(chan, 3, 0);
    assert_int_equal(rh_chan_close(chan), RH_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(finish(&senders[i]), RH_CLOSED);
    rh_chan_release(chan);
}

static void a_blocked_receiver_gets_the_next_message(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    struct op receiver = {.chan = chan};
    begin(&receiver, do_recv);
    wait_for_waiters(chan, 0, 1);
    assert_int_equal(rh_chan_send(chan, &(int){42}), RH_OK);
    assert_int_equal(finish(&receiver), RH_OK);
    assert_int_equal(receiver.value, 42);
    rh_chan_release(chan);
}

static void a_blocked_sender_goes_on_when_there_is_room(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    for (size_t i = 0; i < capacity; i++)
        assert_int_equal(rh_chan_try_send(chan, &(int){1}), RH_OK);
    struct op sender = {.chan = chan, .value = 2};
    begin(&sender, do_send);
    wait_for_waiters(chan, 1, 0);
    int sum = 0, got;
    for (size_t i = 0; i < capacity + 1; i++) {
        assert_int_equal(rh_chan_recv(chan, &got), RH_OK);
        sum += got;
    }
    assert_int_equal(finish(&sender), RH_OK);
    assert_int_equal(sum, (int)capacity + 2);
    rh_chan_release(chan);
}

static void rendezvous_needs_two(void **state)
{
    (void)state;
    rh_chan *chan = rh_chan_new(0, sizeof(int));
    int got = 0;
    assert_int_equal(rh_chan_try_send(chan, &got), RH_FULL);
    assert_int_equal(rh_chan_try_recv(chan, &got), RH_EMPTY);
    struct op sender = {.chan = chan, .value = 5};
    begin(&sender, do_send);
    wait_for_waiters(chan, 1, 0);
    assert_int_equal(sender.done, 0);
    assert_int_equal(rh_chan_length(chan), 0);
    assert_int_equal(rh_chan_try_recv(chan, &got), RH_OK);
    assert_int_equal(got, 5);
    assert_int_equal(finish(&sender), RH_OK);
    assert_int_equal(rh_chan_close(chan), RH_OK);
    assert_int_equal(rh_chan_recv(chan, &got), RH_CLOSED);
    assert_int_equal(rh_chan_send(chan, &got), RH_CLOSED);
    struct rh_chan_stats stats;
    rh_chan_stats_read(chan, &stats);
    assert_int_equal(stats.sent, 1);
    assert_int_equal(stats.received, 1);
    rh_chan_release(chan);
}

static void deadlines_pass(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    int got;
    rh_ns before = rh_now();
    assert_int_equal(rh_chan_recv_until(chan, &got, in(20)), RH_TIMEOUT);
    assert_true(rh_now() - before >= 20 * ms);
    assert_int_equal(rh_chan_recv_until(chan, &got, 0), RH_TIMEOUT);
    assert_int_equal(rh_chan_recv_until(chan, &got, before), RH_TIMEOUT);
    for (size_t i = 0; i < capacity; i++)
        assert_int_equal(rh_chan_send_until(chan, &(int){1}, 0), RH_OK);
    assert_int_equal(rh_chan_send_until(chan, &(int){1}, in(20)), RH_TIMEOUT);
    struct rh_chan_stats stats;
    rh_chan_stats_read(chan, &stats);
    assert_int_equal(stats.timeouts, 4);
    assert_int_equal(stats.waiting_senders + stats.waiting_receivers, 0);
    rh_chan_release(chan);
}

static void contexts_end_waits(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    rh_ctx *ctx = rh_ctx_new(NULL), *timed = rh_ctx_with_timeout(NULL, 20 * ms);
    assert_int_equal(rh_chan_recv_ctx(chan, &(int){0}, timed), RH_TIMEOUT);
    struct op receiver = {.chan = chan, .ctx = ctx};
    begin(&receiver, do_recv);
    wait_for_waiters(chan, 0, 1);
    rh_ctx_cancel(ctx, 1, NULL);
    assert_int_equal(finish(&receiver), RH_CANCELLED);
    assert_int_equal(rh_chan_send_ctx(chan, &(int){0}, ctx), RH_CANCELLED);
    struct rh_chan_stats stats;
    rh_chan_stats_read(chan, &stats);
    assert_int_equal(stats.cancels, 1);
    assert_int_equal(stats.sent, 0);
    rh_ctx_release(ctx);
    rh_ctx_release(timed);
    rh_chan_release(chan);
}

struct dropped {
    int count, sum;
};

static void note_drop(void *elem, void *arg)
{
    struct dropped *dropped = arg;
    dropped->count++;
    dropped->sum += *(int *)elem;
}

static void note_close(rh_chan *chan, void *arg)
{
    assert_true(rh_chan_is_closed(chan));
    (*(int *)arg)++;
}

static void what_nobody_received_is_dropped_once(void **state)
{
    (void)state;
    struct dropped dropped = {0, 0};
    int closes = 0, got;
    rh_chan *chan = rh_chan_new(3, sizeof(int));
    rh_chan_on_drop(chan, note_drop, &dropped);
    rh_chan_on_close(chan, note_close, &closes);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(rh_chan_send(chan, &i), RH_OK);
    assert_int_equal(rh_chan_recv(chan, &got), RH_OK);
    assert_int_equal(rh_chan_send(chan, &(int){10}), RH_OK);
    rh_chan_close(chan);
    rh_chan_close(chan);
    assert_int_equal(closes, 1);
    rh_chan_retain(chan);
    rh_chan_release(chan);
    assert_int_equal(dropped.count, 0);
    rh_chan_release(chan);
    assert_int_equal(dropped.count, 3);
    assert_int_equal(dropped.sum, 15);
}

struct point {
    int x, y;
};
RH_CHAN_DEFINE(points, struct point);

static void typed_channels(void **state)
{
    (void)state;
    struct points c = points_new(2);
    struct point p = {1, 2}, q = {0, 0};
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(points_send(c, p), RH_OK);
    assert_int_equal(points_send_ctx(c, p, ctx), RH_OK);
    assert_int_equal(points_try_send(c, p), RH_FULL);
    assert_int_equal(points_send_until(c, p, 0), RH_TIMEOUT);
    assert_int_equal(points_recv(c, &q), RH_OK);
    assert_int_equal(q.y, 2);
    assert_int_equal(points_recv_ctx(c, &q, ctx), RH_OK);
    assert_int_equal(points_try_recv(c, &q), RH_EMPTY);
    assert_int_equal(points_recv_until(c, &q, 0), RH_TIMEOUT);
    assert_int_equal(points_close(c), RH_OK);
    rh_ctx_release(ctx);
    points_release(c);
}

/* Everything that is sent arrives, each sender's in its order. */
enum { per_sender = 5000, senders = 3, receivers = 3 };

struct traffic {
    rh_chan *chan;
    int id;
    long sum, count;
    bool ordered;
};

static void *traffic_send(void *arg)
{
    struct traffic *traffic = arg;
    for (int i = 0; i < per_sender; i++)
        if (rh_chan_send(traffic->chan, &(int){traffic->id * per_sender + i}) != RH_OK)
            abort();
    return NULL;
}

static void *traffic_recv(void *arg)
{
    struct traffic *traffic = arg;
    int last[senders] = {-1, -1, -1};
    traffic->ordered = true;
    RH_CHAN_EACH(int, value, traffic->chan)
    {
        int id = value / per_sender, i = value % per_sender;
        traffic->ordered = traffic->ordered && i > last[id];
        last[id] = i;
        traffic->sum += value;
        traffic->count++;
    }
    return NULL;
}

static void many_to_many(void **state)
{
    size_t capacity = *(size_t *)*state;
    rh_chan *chan = rh_chan_new(capacity, sizeof(int));
    pthread_t threads[senders + receivers];
    struct traffic traffic[senders + receivers];
    for (int i = 0; i < senders + receivers; i++) {
        traffic[i] = (struct traffic){.chan = chan, .id = i};
        threads[i] = start(i < senders ? traffic_send : traffic_recv, &traffic[i]);
    }
    for (int i = 0; i < senders; i++)
        pthread_join(threads[i], NULL);
    rh_chan_close(chan);
    long sum = 0, count = 0, all = (long)senders * per_sender;
    for (int i = senders; i < senders + receivers; i++) {
        pthread_join(threads[i], NULL);
        assert_true(traffic[i].ordered);
        sum += traffic[i].sum;
        count += traffic[i].count;
    }
    assert_int_equal(count, all);
    assert_int_equal(sum, all * (all - 1) / 2);
    rh_chan_release(chan);
}

/* Two threads alone, with noise between looking and queueing up: nobody else comes by to rescue a lost
 * wake-up. */
static void two_alone_lose_no_wake_up(void **state)
{
    rh_chan *chan = rh_chan_new(*(size_t *)*state, sizeof(int));
    struct traffic sender = {.chan = chan}, receiver = {.chan = chan};
    assert_int_equal(rh_fail_configure("chan.queue=5%sleep(1)"), RH_OK);
    pthread_t threads[2] = {start(traffic_send, &sender), start(traffic_recv, &receiver)};
    pthread_join(threads[0], NULL);
    rh_chan_close(chan);
    pthread_join(threads[1], NULL);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    assert_int_equal(receiver.count, per_sender);
    rh_chan_release(chan);
}

int main(void)
{
    alarm(100); /* what hangs, fails */
    static size_t none = 0, one = 1, three = 3, many = 64;
#define AT(test, capacity) {#test " at " #capacity, test, NULL, NULL, &capacity}
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_and_drains_in_order),
        cmocka_unit_test(any_element_size),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(close_refuses_sends_and_lets_receivers_drain),
        cmocka_unit_test(rendezvous_needs_two),
        cmocka_unit_test(what_nobody_received_is_dropped_once),
        cmocka_unit_test(typed_channels),
        AT(close_wakes_everyone, none),
        AT(close_wakes_everyone, one),
        AT(close_wakes_everyone, three),
        AT(a_blocked_receiver_gets_the_next_message, none),
        AT(a_blocked_receiver_gets_the_next_message, three),
        AT(a_blocked_sender_goes_on_when_there_is_room, none),
        AT(a_blocked_sender_goes_on_when_there_is_room, one),
        AT(deadlines_pass, none),
        AT(deadlines_pass, three),
        AT(contexts_end_waits, none),
        AT(contexts_end_waits, three),
        AT(two_alone_lose_no_wake_up, none),
        AT(two_alone_lose_no_wake_up, one),
        AT(many_to_many, none),
        AT(many_to_many, one),
        AT(many_to_many, three),
        AT(many_to_many, many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
