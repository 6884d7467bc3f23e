/* rh/guard.h: breaker, guard, stall probe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/guard.h>
#include <rh/panic.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "quiet.h"

enum { ms = 1000000 };

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static rh_status give(void *arg)
{
    return *(rh_status *)arg;
}

static rh_status call(rh_breaker *breaker, rh_status status)
{
    return rh_breaker_call(breaker, give, &status);
}

static void opens_after_failures_in_a_row(void **state)
{
    (void)state;
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){.consecutive = 3, .open_for = RH_FOREVER / 4});
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_equal(call(breaker, RH_TIMEOUT), RH_TIMEOUT);
    assert_int_equal(call(breaker, RH_OK), RH_OK); /* not in a row */
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    for (int i = 0; i < 5; i++)
        assert_int_equal(call(breaker, RH_CANCELLED), RH_CANCELLED); /* says nothing about the callee */
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED);
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_OPEN);
    assert_int_equal(call(breaker, RH_OK), RH_DEGRADED);
    rh_breaker_release(breaker);
}

static void tries_again_after_a_while(void **state)
{
    (void)state;
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){.consecutive = 3, .open_for = 5 * ms});
    for (int i = 0; i < 3; i++)
        assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    nap(10);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_HALF_OPEN);
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_not_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED); /* one failure is enough now */
    nap(10);
    assert_int_equal(call(breaker, RH_OK), RH_OK);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED);
    rh_breaker_release(breaker);
}

static void opens_by_rate(void **state)
{
    (void)state;
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){.rate_percent = 50, .rate_least = 6});
    for (int i = 0; i < 2; i++) {
        assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
        assert_int_equal(call(breaker, RH_OK), RH_OK);
    }
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED); /* 3 of 5, but too few */
    assert_int_equal(call(breaker, RH_OK), RH_OK);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_OPEN); /* 3 of 6 */
    rh_breaker_reset(breaker);
    assert_int_equal(call(breaker, RH_OK), RH_OK);
    rh_breaker_trip(breaker);
    assert_int_equal(call(breaker, RH_OK), RH_DEGRADED);
    rh_breaker_release(breaker);
}

static void a_window_ends(void **state)
{
    (void)state;
    rh_breaker *breaker =
        rh_breaker_new(&(rh_breaker_rules){.rate_percent = 50, .rate_least = 4, .window = 20 * ms});
    for (int i = 0; i < 3; i++)
        assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    nap(30);
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED);
    rh_breaker_release(breaker);
}

struct change {
    int count;
    rh_breaker_state last;
};

static void note_change(rh_breaker *breaker, rh_breaker_state from, rh_breaker_state to, void *arg)
{
    (void)breaker;
    struct change *change = arg;
    assert_int_equal(change->last, from);
    change->count++;
    change->last = to;
}

static void half_open_slots(void **state)
{
    (void)state;
    struct change change = {0, RH_BREAKER_CLOSED};
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){
        .consecutive = 1, .open_for = ms, .probes = 2, .recover = 2, .changed = note_change, .arg = &change});
    uint64_t stale, one, two, three;
    assert_int_equal(rh_breaker_enter(breaker, &stale), RH_OK);
    assert_int_equal(call(breaker, RH_ESYS), RH_ESYS);
    nap(3);
    assert_int_equal(rh_breaker_enter(breaker, &one), RH_OK);
    assert_int_equal(rh_breaker_enter(breaker, &two), RH_OK);
    assert_int_equal(rh_breaker_enter(breaker, &three), RH_DEGRADED);
    rh_breaker_leave(breaker, stale, RH_OUTCOME_FAILED); /* of another generation: counts for nothing */
    assert_int_equal(rh_breaker_enter(breaker, &three), RH_DEGRADED);
    rh_breaker_leave(breaker, one, RH_OUTCOME_CANCELLED); /* gives its slot back */
    assert_int_equal(rh_breaker_enter(breaker, &three), RH_OK);
    rh_breaker_leave(breaker, two, RH_OUTCOME_OK);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_HALF_OPEN);
    rh_breaker_leave(breaker, three, RH_OUTCOME_OK);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_CLOSED);
    assert_int_equal(change.count, 3);
    rh_breaker_release(breaker);
}

static rh_status panics(void *arg)
{
    rh_panic(*(int *)arg, "in a guarded call");
}

static void call_panicking(void *breaker)
{
    int code = 5;
    (void)!rh_breaker_call(breaker, panics, &code);
}

static rh_status leave_thread(void *arg)
{
    (void)arg;
    pthread_exit(NULL);
}

static void *exit_inside(void *breaker)
{
    (void)!rh_breaker_call(breaker, leave_thread, NULL);
    return NULL;
}

static void a_panic_gives_the_slot_back(void **state)
{
    (void)state;
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){.consecutive = 3, .open_for = ms});
    rh_panic_record record;
    log_capture();
    assert_int_equal(rh_try(call_panicking, breaker, &record), RH_PANIC);
    assert_int_equal(record.code, 5);
    assert_int_equal(log_lines(), 1);
    assert_int_equal(rh_try(call_panicking, breaker, &record), RH_PANIC);
    pthread_t thread;
    pthread_create(&thread, NULL, exit_inside, breaker);
    pthread_join(thread, NULL);
    nap(3);
    assert_int_equal(rh_breaker_state_read(breaker), RH_BREAKER_HALF_OPEN);
    assert_int_equal(rh_try(call_panicking, breaker, &record),
                     RH_PANIC); /* takes the one slot, and returns it */
    nap(3);
    assert_int_equal(call(breaker, RH_OK), RH_OK);
    rh_breaker_release(breaker);
}

/* --- guard --- */

struct answers {
    rh_status fallback, why;
    int panics, refusals;
};

static rh_status fallback(rh_status why, void *arg)
{
    struct answers *answers = arg;
    answers->why = why;
    return answers->fallback;
}

static void note_panic(const rh_panic_record *record, void *arg)
{
    assert_int_equal(record->code, 6);
    ((struct answers *)arg)->panics++;
}

static void note_refusal(const rh_guard *guard, void *arg)
{
    assert_string_equal(guard->name, "db");
    ((struct answers *)arg)->refusals++;
}

static void a_guard_falls_back(void **state)
{
    (void)state;
    struct answers answers = {.fallback = RH_OK};
    rh_guard guard = {"db",         rh_breaker_new(&(rh_breaker_rules){.consecutive = 2}),
                      fallback,     note_panic,
                      note_refusal, &answers};
    rh_status ok = RH_OK, failed = RH_ESYS, cancelled = RH_CANCELLED;
    int code = 6;
    log_capture();
    assert_int_equal(rh_guard_call(&guard, give, &ok), RH_OK);
    assert_int_equal(rh_guard_call(&guard, give, &cancelled), RH_CANCELLED);
    assert_int_equal(answers.why, RH_OK); /* the fallback was not asked */
    assert_int_equal(rh_guard_call(&guard, give, &failed), RH_DEGRADED);
    assert_int_equal(answers.why, RH_ESYS);
    assert_int_equal(rh_guard_call(&guard, panics, &code), RH_DEGRADED);
    assert_int_equal(answers.why, RH_PANIC);
    assert_int_equal(answers.panics, 1);
    assert_int_equal(rh_guard_call(&guard, give, &ok), RH_DEGRADED);
    assert_int_equal(answers.refusals, 1);
    answers.fallback = RH_CLOSED;
    assert_int_equal(rh_guard_call(&guard, give, &ok), RH_CLOSED);
    rh_breaker_release(guard.breaker);
    rh_guard bare = {.name = "bare"};
    assert_int_equal(rh_guard_call(&bare, give, &failed), RH_ESYS);
    assert_int_equal(rh_guard_call(&bare, panics, &code), RH_PANIC);
}

static void panic_as_a_sender(void *chan)
{
    assert_int_equal(rh_guard_close(chan), RH_OK);
    assert_int_equal(rh_chan_send(chan, &(int){1}), RH_OK);
    rh_panic(1, "half-way");
}

static void a_channel_is_closed_by_its_task_panicking(void **state)
{
    (void)state;
    rh_chan *chan = rh_chan_new(4, sizeof(int));
    int got = 0;
    log_capture();
    assert_int_equal(rh_try(panic_as_a_sender, chan, NULL), RH_PANIC);
    assert_int_equal(rh_chan_recv(chan, &got), RH_OK);
    assert_int_equal(rh_chan_recv(chan, &got), RH_CLOSED);
    assert_int_equal(rh_guard_close(chan), RH_EINVAL); /* no frame stands here */
    rh_chan_release(chan);
}

/* --- stalls --- */

static void a_check_sees_a_stall_once(void **state)
{
    (void)state;
    rh_chan *chan = rh_chan_new(2, sizeof(int));
    rh_stall_probe probe;
    rh_stall stall;
    int v = 1;
    rh_stall_init(&probe, chan, 10 * ms);
    nap(15);
    assert_false(rh_stall_check(&probe, &stall)); /* empty: idle, not stalled */
    assert_int_equal(rh_chan_send(chan, &v), RH_OK);
    assert_false(rh_stall_check(&probe, &stall));
    nap(15);
    assert_true(rh_stall_check(&probe, &stall));
    assert_int_equal(stall.stats.length, 1);
    assert_true(stall.for_ns >= 10 * ms);
    assert_false(rh_stall_check(&probe, &stall));
    assert_int_equal(rh_chan_recv(chan, &v), RH_OK);
    assert_int_equal(rh_chan_send(chan, &v), RH_OK);
    assert_false(rh_stall_check(&probe, &stall));
    nap(15);
    assert_true(rh_stall_check(&probe, &stall));
    rh_chan_release(chan);
}

static void count_stall(const rh_stall *stall, void *arg)
{
    assert_int_equal(stall->stats.waiting_senders, 1);
    atomic_fetch_add((_Atomic int *)arg, 1);
}

static void *send_one(void *chan)
{
    return rh_chan_send(chan, &(int){1}) == RH_CLOSED ? NULL : chan;
}

static void a_watched_channel_tells(void **state)
{
    (void)state;
    _Atomic int stalls = 0, never = 0;
    rh_chan *chan = rh_chan_new(0, sizeof(int)), *idle = rh_chan_new(1, sizeof(int));
    rh_stall_probe probe, other;
    pthread_t sender;
    assert_int_equal(rh_stall_watch(&probe, chan, 0, count_stall, &stalls), RH_EINVAL);
    assert_int_equal(rh_stall_watch(&probe, chan, 20 * ms, count_stall, &stalls), RH_OK);
    assert_int_equal(rh_stall_watch(&other, idle, 10 * ms, count_stall, &never), RH_OK);
    pthread_create(&sender, NULL, send_one, chan);
    for (int i = 0; i < 200 && stalls == 0; i++)
        nap(10);
    nap(40);
    assert_int_equal(stalls, 1);
    assert_int_equal(never, 0);
    rh_stall_unwatch(&other);
    rh_stall_unwatch(&probe);
    rh_chan_close(chan);
    pthread_join(sender, NULL);
    rh_chan_release(chan);
    rh_chan_release(idle);
    nap(30); /* the watcher leaves */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_after_failures_in_a_row),
        cmocka_unit_test(tries_again_after_a_while),
        cmocka_unit_test(opens_by_rate),
        cmocka_unit_test(a_window_ends),
        cmocka_unit_test(half_open_slots),
        cmocka_unit_test(a_panic_gives_the_slot_back),
        cmocka_unit_test(a_guard_falls_back),
        cmocka_unit_test(a_channel_is_closed_by_its_task_panicking),
        cmocka_unit_test(a_check_sees_a_stall_once),
        cmocka_unit_test(a_watched_channel_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
