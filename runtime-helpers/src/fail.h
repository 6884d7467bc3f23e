/* fail.h (internal): named fault-injection points.
 *
 *     int code = rh_fail_point("chan.send", RH_CLOSED);
 *     if (code)
 *         return (rh_status)code;
 *
 * A point evaluates to 0 unless <rh/fail.h>, RH_FAIL or RH_FAIL_NTH armed it; then to the code it is to fail
 * with: an rh_status where the function returns one, an errno value where it returns that.  `nth_code` is the
 * code of the fail-nth sweep; 0 leaves the point out of the sweep (for points that only delay or yield).
 * Unarmed, a point is one relaxed load and a branch never taken.  Never use one in a signal handler.
 */
#ifndef RH_SRC_FAIL_H
#define RH_SRC_FAIL_H

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* 0: nothing armed; 1: armed; -1: the environment was not read yet. */
extern atomic_int rh_fail_armed;

int rh_fail_eval(const char *name, int nth_code);

#define rh_fail_point(name, nth_code)                                                                        \
    (__builtin_expect(atomic_load_explicit(&rh_fail_armed, memory_order_relaxed) != 0, 0)                    \
         ? rh_fail_eval((name), (nth_code))                                                                  \
         : 0)

/* Zeroed memory from the heap, or NULL; every allocation of the library passes here, so that the sweep finds
 * the path of each one that fails.  Freed with free(). */
static inline void *rh_alloc(size_t size)
{
    if (rh_fail_point("alloc", ENOMEM)) {
        errno = ENOMEM;
        return NULL;
    }
    return calloc(1, size);
}

#endif
