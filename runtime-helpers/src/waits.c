/* waits.c: see waits.h. */
#include "waits.h"

#include "futex.h"

#include <limits.h>
#include <rh/spawn.h>

static struct {
    struct small_lock lock;
    struct wait_note *first;
} notes;

static void begin(struct wait_note *note, enum wait_kind kind)
{
    *note = (struct wait_note){.kind = kind, .thread = pthread_self(), .task = rh_task_id()};
}

/* Called with the lock held. */
static void add(struct wait_note *note)
{
    note->next = notes.first;
    if (note->next)
        note->next->prev = note;
    notes.first = note;
}

void waits_end(struct wait_note *note)
{
    small_lock(&notes.lock);
    if (note->prev)
        note->prev->next = note->next;
    else
        notes.first = note->next;
    if (note->next)
        note->next->prev = note->prev;
    small_unlock(&notes.lock);
}

/* The thread whose running of `once` keeps others waiting. */
static struct wait_note *runner_of(const _Atomic uint32_t *once)
{
    struct wait_note *note = notes.first;
    while (note && !(note->kind == WAIT_RUNS_ONCE && note->once == once))
        note = note->next;
    return note;
}

/* What a thread waits for; NULL when it does not, as far as is known. */
static struct wait_note *wait_of_thread(pthread_t thread)
{
    struct wait_note *note = notes.first;
    while (note && !(note->kind != WAIT_RUNS_ONCE && pthread_equal(note->thread, thread)))
        note = note->next;
    return note;
}

static struct wait_note *wait_of_task(uint64_t task)
{
    struct wait_note *note = notes.first;
    while (note && !(note->kind != WAIT_RUNS_ONCE && note->task == task))
        note = note->next;
    return note;
}

/* The wait of whoever `note` waits for.  *arrived says that it is `self` that is waited for. */
static struct wait_note *follow(const struct wait_note *note, const struct wait_note *self, bool *arrived)
{
    if (note->kind == WAIT_FOR_TASK) {
        *arrived = note->target_task == self->task;
        return wait_of_task(note->target_task);
    }
    pthread_t thread = note->target_thread;
    if (note->kind == WAIT_FOR_ONCE) {
        const struct wait_note *runner = runner_of(note->once);
        if (!runner)
            return NULL;
        thread = runner->thread;
    }
    *arrived = pthread_equal(thread, self->thread);
    return wait_of_thread(thread);
}

/* Walks from `self`; true when the walk comes back to it.  *last_once is the last wait for a once on the way.
 */
static bool closes_a_circle(struct wait_note *self, struct wait_note **last_once)
{
    bool arrived = false;
    struct wait_note *at = self;
    *last_once = NULL;
    for (unsigned steps = 0; at && steps < 100000; steps++) {
        if (at->kind == WAIT_FOR_ONCE)
            *last_once = at;
        at = follow(at, self, &arrived);
        if (arrived)
            return true;
        if (at == self)
            return false; /* a circle of others, found when they closed it */
    }
    return false;
}

void waits_run_begin(struct wait_note *note, _Atomic uint32_t *once)
{
    begin(note, WAIT_RUNS_ONCE);
    note->once = once;
    small_lock(&notes.lock);
    add(note);
    small_unlock(&notes.lock);
}

bool waits_once_begin(struct wait_note *note, _Atomic uint32_t *once)
{
    struct wait_note *unused;
    begin(note, WAIT_FOR_ONCE);
    note->once = once;
    small_lock(&notes.lock);
    bool circle = closes_a_circle(note, &unused);
    if (!circle)
        add(note);
    small_unlock(&notes.lock);
    return !circle;
}

static void wait_begin(struct wait_note *note)
{
    struct wait_note *once_wait;
    small_lock(&notes.lock);
    add(note);
    if (closes_a_circle(note, &once_wait) && once_wait) {
        atomic_store(&once_wait->doomed, true);
        futex_wake(once_wait->once, INT_MAX);
    }
    small_unlock(&notes.lock);
}

void waits_thread_begin(struct wait_note *note, pthread_t target)
{
    begin(note, WAIT_FOR_THREAD);
    note->target_thread = target;
    wait_begin(note);
}

void waits_task_begin(struct wait_note *note, uint64_t target)
{
    begin(note, WAIT_FOR_TASK);
    note->target_task = target;
    wait_begin(note);
}
