/* The part of nsync's headers that the tests need. */
#include <stdint.h>
#include <time.h>
typedef struct nsync_mu_s_ {
    uint32_t word;
} nsync_mu;
typedef struct nsync_cv_s_ {
    uint32_t word;
} nsync_cv;
typedef uint32_t nsync_once;
typedef struct timespec nsync_time;
typedef struct nsync_note_s_ *nsync_note;
extern const nsync_time nsync_time_no_deadline;
void nsync_mu_lock(nsync_mu *mu);
void nsync_mu_unlock(nsync_mu *mu);
void nsync_cv_wait(nsync_cv *cv, nsync_mu *mu);
int nsync_cv_wait_with_deadline(nsync_cv *cv, nsync_mu *mu, nsync_time deadline, nsync_note cancel);
void nsync_cv_signal(nsync_cv *cv);
int nsync_note_is_notified(nsync_note note);
void nsync_run_once(nsync_once *once, void (*f)(void));
