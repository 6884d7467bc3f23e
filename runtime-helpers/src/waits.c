/* waits.c: see waits.h. */
#include "waits.h"

#include "futex.h"

#include <limits.h>
#include <stddef.h>

static struct {
    struct small_lock lock;
    struct wait_note *first;
} notes;

static _Thread_local struct waits_work *working_on;

void waits_work_begin(struct waits_work *work, const void *object)
{
    *work = (struct waits_work){object, working_on};
    working_on = work;
}

void waits_work_end(struct waits_work *work)
{
    working_on = work->outer;
}

static void begin(struct wait_note *note, enum wait_kind kind)
{
    *note = (struct wait_note){.kind = kind, .thread = pthread_self(), .work = working_on};
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

static bool works_on(const struct wait_note *note, const void *object)
{
    const struct waits_work *work = note->work;
    while (work && work->object != object)
        work = work->outer;
    return work != NULL;
}

enum { deepest = 64 }; /* a circle through more waits than this is not seen */

static bool leads_to(const struct wait_note *self, struct wait_note *at, struct wait_note **last_once,
                     int depth);

static bool thread_leads_to(const struct wait_note *self, pthread_t thread, struct wait_note **last_once,
                            int depth)
{
    return pthread_equal(thread, self->thread) || leads_to(self, wait_of_thread(thread), last_once, depth);
}

/* Any of those who work on the object: it ends only when all have ended. */
static bool work_leads_to(const struct wait_note *self, const void *object, struct wait_note **last_once,
                          int depth)
{
    if (works_on(self, object))
        return true;
    for (struct wait_note *note = notes.first; note; note = note->next)
        if (note != self && note->kind != WAIT_RUNS_ONCE && works_on(note, object) &&
            leads_to(self, note, last_once, depth))
            return true;
    return false;
}

/* Does the wait `at` end only when `self`'s thread gets on?  *last_once is a wait for a once on that way. */
static bool leads_to(const struct wait_note *self, struct wait_note *at, struct wait_note **last_once,
                     int depth)
{
    if (!at || depth == deepest)
        return false;
    bool found;
    if (at->kind == WAIT_FOR_WORK) {
        found = work_leads_to(self, at->target_work, last_once, depth + 1);
    } else if (at->kind == WAIT_FOR_ONCE) {
        const struct wait_note *runner = runner_of(at->once);
        found = runner && thread_leads_to(self, runner->thread, last_once, depth + 1);
    } else {
        found = thread_leads_to(self, at->target_thread, last_once, depth + 1);
    }
    if (found && at->kind == WAIT_FOR_ONCE)
        *last_once = at;
    return found;
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
    struct wait_note *unused = NULL;
    begin(note, WAIT_FOR_ONCE);
    note->once = once;
    small_lock(&notes.lock);
    bool circle = leads_to(note, note, &unused, 0);
    if (!circle)
        add(note);
    small_unlock(&notes.lock);
    return !circle;
}

static void wait_begin(struct wait_note *note)
{
    struct wait_note *once_wait = NULL;
    small_lock(&notes.lock);
    bool circle = leads_to(note, note, &once_wait, 0);
    add(note);
    if (circle && once_wait) {
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

void waits_work_wait_begin(struct wait_note *note, const void *target)
{
    begin(note, WAIT_FOR_WORK);
    note->target_work = target;
    wait_begin(note);
}
