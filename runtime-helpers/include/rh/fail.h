/* rh/fail.h: fault injection, for tests of code that uses this library.
 *
 * Every place of the library that can fail is a named point.  A specification arms points by name:
 *
 *     RH_FAIL="chan.send=5%return(CLOSED);spawn=1%return(EAGAIN);io.read=sleep(2300)"
 *
 * is `name=[percent%]action`, separated by semicolons.  A name may end in `*`.  Actions:
 *     return(CODE)  fail with CODE: an errno name, an rh_status name in capitals, or a number
 *     sleep(MS)     wait MS milliseconds, then go on
 *     yield         give up the processor, then go on (`*=10%yield` is schedule noise)
 * RH_FAIL_NTH=n makes the n-th point reached (from 1) fail once with its usual error; running a test with
 * n = 1, 2, 3 ... until rh_fail_fired() is 0 walks every error path.  RH_FAIL_SEED=s fixes the dice.
 * Both variables are read once, at the first point reached; the functions below replace what they said.
 *
 * Points: alloc, spawn, go, try, mutex.lock, group.go, retry, policy.file and those that the headers of
 * channels, contexts and IO name.  All functions here: any thread, never block.
 */
#ifndef RH_FAIL_H
#define RH_FAIL_H

#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Arms the points of `spec` in place of those armed before; NULL or "" disarms all.  The text is copied.
 * RH_EINVAL: the text does not parse or holds over 16 rules; what was armed before stays.  Call it while no
 * other thread is inside the library. */
RH_API rh_status rh_fail_configure(const char *spec);

/* The n-th point reached from now on fails once; 0 ends the sweep. */
RH_API void rh_fail_nth(uint64_t n);

/* How many points failed since the last rh_fail_configure or rh_fail_nth. */
RH_API uint64_t rh_fail_fired(void);

#ifdef __cplusplus
}
#endif
#endif
