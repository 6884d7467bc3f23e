/* futex.h: waiting on a word, and the small lock made of it. */
#ifndef RH_SRC_FUTEX_H
#define RH_SRC_FUTEX_H

#include <rh/status.h>

#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("isb" ::: "memory"); /* yield is a nop on most cores; isb costs about a pause */
#endif
}

/* Sleeps while *word == value, at most until the absolute time; false when the time came.  May wake early. */
static inline bool futex_wait(_Atomic uint32_t *word, uint32_t value, rh_ns until)
{
    struct timespec ts = {until / 1000000000, until % 1000000000};
    if (until <= 0)
        return false;
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, value, until == RH_FOREVER ? NULL : &ts,
            NULL, FUTEX_BITSET_MATCH_ANY);
    return until == RH_FOREVER || rh_now() < until;
}

static inline void futex_wake(_Atomic uint32_t *word, int how_many)
{
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, how_many, NULL, NULL, 0);
}

/* Four bytes, zero is unlocked; held for a few instructions only.  Drepper's third mutex. */
struct small_lock {
    _Atomic uint32_t word; /* 0 free, 1 held, 2 held and somebody sleeps */
};

static inline void small_lock_slow(struct small_lock *lock)
{
    for (int i = 0; i < 100; i++) {
        uint32_t is = 0;
        if (atomic_compare_exchange_weak_explicit(&lock->word, &is, 1, memory_order_acquire,
                                                  memory_order_relaxed))
            return;
        cpu_relax();
    }
    while (atomic_exchange_explicit(&lock->word, 2, memory_order_acquire) != 0)
        futex_wait(&lock->word, 2, RH_FOREVER);
}

static inline void small_lock(struct small_lock *lock)
{
    uint32_t is = 0;
    if (!atomic_compare_exchange_strong_explicit(&lock->word, &is, 1, memory_order_acquire,
                                                 memory_order_relaxed))
        small_lock_slow(lock);
}

static inline void small_unlock(struct small_lock *lock)
{
    if (atomic_exchange_explicit(&lock->word, 0, memory_order_release) == 2)
        futex_wake(&lock->word, 1);
}

#endif
