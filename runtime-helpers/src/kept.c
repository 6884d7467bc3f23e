#include "kept.h"

#include <stdatomic.h>

#include <rh/spawn.h>

enum { KEPT = 64 };

static struct {
    bool used;
    pthread_t thread;
    rh_panic_record record;
} kept[KEPT];
static unsigned oldest;
static atomic_uint used; /* so that those who find nothing need no lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void rh_kept_add(pthread_t thread, const rh_panic_record *record)
{
    pthread_mutex_lock(&lock);
    unsigned at = oldest;
    oldest = (oldest + 1) % KEPT;
    if (!kept[at].used)
        atomic_fetch_add(&used, 1);
    kept[at].used = true;
    kept[at].thread = thread;
    kept[at].record = *record;
    pthread_mutex_unlock(&lock);
}

/* Under the lock: the newest of the thread's, or -1. */
static int find(pthread_t thread)
{
    for (unsigned back = 1; back <= KEPT; back++) {
        unsigned at = (oldest + KEPT - back) % KEPT;
        if (kept[at].used && pthread_equal(kept[at].thread, thread))
            return (int)at;
    }
    return -1;
}

static void drop(int at)
{
    kept[at].used = false;
    atomic_fetch_sub(&used, 1);
}

void rh_kept_forget(pthread_t thread)
{
    if (atomic_load(&used) == 0)
        return;
    pthread_mutex_lock(&lock);
    for (int at = find(thread); at >= 0; at = find(thread))
        drop(at);
    pthread_mutex_unlock(&lock);
}

void rh_thread_record_keep(const rh_panic_record *record)
{
    rh_kept_forget(pthread_self());
    rh_kept_add(pthread_self(), record);
}

rh_status rh_thread_record(pthread_t thread, rh_panic_record *record)
{
    rh_status status = RH_EMPTY;
    if (atomic_load(&used) == 0)
        return RH_EMPTY;
    pthread_mutex_lock(&lock);
    int at = find(thread);
    if (at >= 0) {
        *record = kept[at].record;
        drop(at);
        status = RH_OK;
    }
    pthread_mutex_unlock(&lock);
    return status;
}
