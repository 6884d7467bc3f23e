/* Every message accounted for exactly once: 8 senders, 8 receivers, random closes, cancels, timeouts and
 * injected faults.  A round makes two channels, lets everyone loose on them by every kind of operation,
 * closes at a random moment, and settles the books: what a send said it sent was received or dropped exactly
 * once, and nothing else was.  Runs two seconds; `RH_STRESS_SECONDS=60` (or the first argument) for the long
 * form. */
#include <rh/channel.h>
#include <rh/fail.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { senders = 8, receivers = 8, per_sender = 400, messages = senders * per_sender };

struct round {
    rh_chan *chan[2];
    rh_ctx *ctx;
    _Atomic unsigned char sent[messages], received[messages];
    _Atomic unsigned receivers_left;
    unsigned seed;
};

struct worker {
    struct round *round;
    int id;
    unsigned seed;
    unsigned long statuses[RH_ESYS + 1];
};

static unsigned roll(struct worker *worker, unsigned n)
{
    return (unsigned)rand_r(&worker->seed) % n;
}

static rh_ns soon(struct worker *worker)
{
    return rh_now() + (rh_ns)roll(worker, 200) * 1000;
}

/* A context that ends soon, by itself or by a cancel from elsewhere. */
static rh_status with_ctx(struct worker *worker, rh_chan *chan, bool send, int *value)
{
    rh_ctx *ctx = roll(worker, 2) ? rh_ctx_with_deadline(worker->round->ctx, soon(worker))
                                  : rh_ctx_new(worker->round->ctx);
    rh_status status = send ? rh_chan_send_ctx(chan, value, ctx) : rh_chan_recv_ctx(chan, value, ctx);
    rh_ctx_release(ctx);
    return status;
}

static rh_status with_select(struct worker *worker, bool send, int *value)
{
    struct round *round = worker->round;
    rh_case cases[3] = {RH_DONE(round->ctx), RH_DONE(round->ctx), RH_DONE(round->ctx)};
    for (int i = 0; i < 2; i++)
        cases[i] = send ? RH_SEND(round->chan[i], value) : RH_RECV(round->chan[i], value);
    size_t chosen;
    return rh_select(cases, 3, roll(worker, 2) ? RH_FOREVER : soon(worker), &chosen);
}

static rh_status operate(struct worker *worker, bool send, int *value)
{
    rh_chan *chan = worker->round->chan[roll(worker, 2)];
    switch (roll(worker, 5)) {
    case 0:
        return send ? rh_chan_try_send(chan, value) : rh_chan_try_recv(chan, value);
    case 1:
        return send ? rh_chan_send_until(chan, value, soon(worker))
                    : rh_chan_recv_until(chan, value, soon(worker));
    case 2:
        return with_ctx(worker, chan, send, value);
    case 3:
        return with_select(worker, send, value);
    default:
        return send ? rh_chan_send(chan, value) : rh_chan_recv(chan, value);
    }
}

static void *send_all(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < per_sender; i++) {
        int message = worker->id * per_sender + i;
        rh_status status = operate(worker, true, &message);
        worker->statuses[status]++;
        if (status == RH_OK)
            worker->round->sent[message] = 1;
    }
    return NULL;
}

static bool both_finished(struct round *round)
{
    return rh_chan_is_closed(round->chan[0]) && rh_chan_is_closed(round->chan[1]) &&
           rh_chan_length(round->chan[0]) + rh_chan_length(round->chan[1]) == 0;
}

/* Receives until both are closed and drained; a few leave earlier, so that something is left to drop. */
static void *receive_all(void *arg)
{
    struct worker *worker = arg;
    struct round *round = worker->round;
    for (;;) {
        int message = -1;
        rh_status status = operate(worker, false, &message);
        worker->statuses[status]++;
        if (status == RH_OK)
            round->received[message]++;
        else if (status == RH_CLOSED && (both_finished(round) || roll(worker, 10) == 0))
            return NULL;
    }
}

static void note_drop(void *elem, void *arg)
{
    struct round *round = arg;
    int message;
    memcpy(&message, elem, sizeof message);
    round->received[message]++;
}

/* The one who ends it: closes and cancels at random moments, at last for good. */
static void disturb(struct round *round)
{
    struct worker self = {.round = round, .seed = round->seed};
    poll(NULL, 0, (int)roll(&self, 4));
    if (roll(&self, 2))
        rh_chan_close(round->chan[roll(&self, 2)]);
    poll(NULL, 0, (int)roll(&self, 20));
    if (roll(&self, 2))
        rh_ctx_cancel(round->ctx, 1, "enough");
    poll(NULL, 0, (int)roll(&self, 20));
    rh_chan_close(round->chan[0]);
    rh_chan_close(round->chan[1]);
}

static long settle(const struct round *round)
{
    long passed = 0;
    for (int i = 0; i < messages; i++) {
        if (round->sent[i] != round->received[i]) {
            fprintf(stderr, "message %d: sent %d times, received %d times (seed %u)\n", i, round->sent[i],
                    round->received[i], round->seed);
            abort();
        }
        passed += round->sent[i];
    }
    return passed;
}

static void setup(struct round *round, unsigned seed)
{
    static const size_t capacities[] = {0, 1, 2, 7, 64};
    memset(round, 0, sizeof *round);
    round->seed = seed;
    round->ctx = rh_ctx_new(NULL);
    for (int i = 0; i < 2; i++) {
        round->chan[i] = rh_chan_new(capacities[(seed >> i * 3) % 5], sizeof(int));
        rh_chan_on_drop(round->chan[i], note_drop, round);
    }
}

static long run_round(unsigned seed, unsigned long *statuses)
{
    static struct round round;
    struct worker workers[senders + receivers];
    pthread_t threads[senders + receivers];
    setup(&round, seed);
    for (int i = 0; i < senders + receivers; i++) {
        workers[i] = (struct worker){.round = &round, .id = i, .seed = seed * 31 + (unsigned)i};
        pthread_create(&threads[i], NULL, i < senders ? send_all : receive_all, &workers[i]);
    }
    disturb(&round);
    for (int i = 0; i < senders + receivers; i++) {
        pthread_join(threads[i], NULL);
        for (int s = 0; s <= RH_ESYS; s++)
            statuses[s] += workers[i].statuses[s];
    }
    rh_chan_release(round.chan[0]);
    rh_chan_release(round.chan[1]);
    rh_ctx_release(round.ctx);
    return settle(&round);
}

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : getenv("RH_STRESS_SECONDS");
    rh_ns until = rh_now() + (rh_ns)(wanted ? atoi(wanted) : 2) * 1000000000;
    unsigned seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
    unsigned long statuses[RH_ESYS + 1] = {0};
    long passed = 0, rounds = 0;
    for (; rh_now() < until; rounds++, seed++) {
        if (rh_fail_configure(rounds % 2 ? "chan.send=1%return(CLOSED);chan.recv=1%return(CLOSED);"
                                           "chan.select=1%return(10);chan.*=1%yield"
                                         : NULL) != RH_OK)
            return 1;
        passed += run_round(seed, statuses);
    }
    printf("%ld rounds, %ld messages passed, each exactly once;", rounds, passed);
    for (int s = 0; s <= RH_ESYS; s++)
        if (statuses[s])
            printf(" %s %lu", rh_status_name((rh_status)s), statuses[s]);
    printf("\n");
    return passed > 0 && rh_ctx_live() == 0 ? 0 : 1;
}
