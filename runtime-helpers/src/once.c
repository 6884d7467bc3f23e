/* once.c: one word per once, and the notes of waits.h while it runs.
 *
 * The word's states are those of glibc's and musl's pthread_once (2 is done in both), so that the drop-ins
 * may share an object with code that still calls the original.  What else is to be known about a running
 * initialiser, its owner, is in its note. */
#define _GNU_SOURCE
#include <rh/once.h>

#include "futex.h"
#include "probe.h"
#include "waits.h"

#include <rh/panic.h>

#include <errno.h>
#include <limits.h>

enum { ONCE_NEW, ONCE_RUNNING, ONCE_DONE, ONCE_FAILED = 4 };

struct run {
    _Atomic uint32_t *word;
    uint32_t after; /* the state to leave it in: anything but DONE, until the initialiser returned */
    struct wait_note note;
};

/* Runs however the initialiser is left: return, panic, exception, pthread_exit, cancellation. */
static void leave(struct run *run)
{
    waits_end(&run->note);
    atomic_store_explicit(run->word, run->after, memory_order_release);
    futex_wake(run->word, INT_MAX);
}

static rh_status run_it(_Atomic uint32_t *word, bool sticky, bool pass, void (*fn)(void *), void *arg,
                        rh_panic_record *record)
{
    struct run run __attribute__((cleanup(leave))) = {.word = word, .after = sticky ? ONCE_FAILED : ONCE_NEW};
    waits_run_begin(&run.note, word);
    const rh_try_options options = {.flags = pass ? RH_PASS_EXCEPTIONS : 0};
    rh_status status = rh_try_with(&options, fn, arg, record);
    if (status == RH_OK)
        run.after = ONCE_DONE;
    return status;
}

/* Waits for the state to change; false when that wait would never end. */
static bool wait_for(_Atomic uint32_t *word)
{
    struct wait_note note;
    if (!waits_once_begin(&note, word))
        return false;
    while (atomic_load_explicit(word, memory_order_acquire) == ONCE_RUNNING && !atomic_load(&note.doomed))
        futex_wait(word, ONCE_RUNNING, RH_FOREVER);
    waits_end(&note);
    return !atomic_load(&note.doomed) || atomic_load_explicit(word, memory_order_acquire) != ONCE_RUNNING;
}

static rh_status reentered(void)
{
    rh_panic_record record;
    rh_panic_publish(&record, RH_EREENTRANT,
                     "a once is waited for by its own initialiser, directly, through another once or a join");
    return RH_EREENTRANT;
}

static rh_status once_slow(_Atomic uint32_t *word, bool sticky, bool pass, void (*fn)(void *), void *arg,
                           rh_panic_record *record)
{
    for (;;) {
        uint32_t is = ONCE_NEW;
        if (atomic_compare_exchange_strong(word, &is, ONCE_RUNNING))
            return run_it(word, sticky, pass, fn, arg, record);
        if (is == ONCE_DONE)
            return RH_OK;
        if (is == ONCE_FAILED)
            return RH_PANIC;
        if (!wait_for(word))
            return reentered();
    }
}

static _Atomic uint32_t *word_of(void *once)
{
    return (_Atomic uint32_t *)once;
}

rh_status rh_once_do(rh_once *once, void (*fn)(void *arg), void *arg)
{
    _Atomic uint32_t *word = word_of(&once->state);
    if (__builtin_expect(atomic_load_explicit(word, memory_order_acquire) == ONCE_DONE, 1))
        return RH_OK;
    return once_slow(word, once->sticky, false, fn, arg, NULL);
}

static rh_status pass(_Atomic uint32_t *word, bool sticky, void (*fn)(void *), void *arg)
{
    rh_panic_record record = {.kind = 0};
    rh_status status = once_slow(word, sticky, true, fn, arg, &record);
    if (status == RH_PANIC && record.kind != 0)
        rh_repanic(&record);
    return status;
}

rh_status rh_once_pass(rh_once *once, void (*fn)(void *arg), void *arg)
{
    _Atomic uint32_t *word = word_of(&once->state);
    if (__builtin_expect(atomic_load_explicit(word, memory_order_acquire) == ONCE_DONE, 1))
        return RH_OK;
    return pass(word, once->sticky, fn, arg);
}

static void call_plain(void *arg)
{
    (*(void (**)(void))arg)();
}

int rh_pthread_once(pthread_once_t *once, void (*fn)(void))
{
    _Static_assert(sizeof *once == sizeof(uint32_t), "the once object is one word");
    _Atomic uint32_t *word = word_of(once);
    if (__builtin_expect(atomic_load_explicit(word, memory_order_acquire) == ONCE_DONE, 1))
        return 0;
    return pass(word, false, call_plain, &fn) == RH_EREENTRANT ? EDEADLK : 0;
}

/* glibc's and musl's once_flag is a pthread_once_t or a struct of just one int. */
void rh_call_once(void *flag, void (*fn)(void))
{
    _Atomic uint32_t *word = word_of(flag);
    if (__builtin_expect(atomic_load_explicit(word, memory_order_acquire) == ONCE_DONE, 1))
        return;
    if (pass(word, false, call_plain, &fn) == RH_EREENTRANT)
        rh_panic(RH_EREENTRANT, "rh_call_once waits for its own initialiser");
}

int rh_pthread_join(pthread_t thread, void **result)
{
    struct wait_note note __attribute__((cleanup(waits_end))); /* a join can be cancelled */
    waits_thread_begin(&note, thread);
    RH_PROBE1(join, thread);
    return pthread_join(thread, result);
}
