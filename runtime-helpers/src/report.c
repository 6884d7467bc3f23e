/* Publishing a record: the line, then the hook. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dump.h"
#include "panic.h"
#include "probe.h"

enum { LINE_SIZE = 16384, LINES = 4, SHORT_LINE = 2048, LOG_UNKNOWN = -2 };

static char lines[LINES][LINE_SIZE];
static atomic_flag line_busy[LINES] = {ATOMIC_FLAG_INIT, ATOMIC_FLAG_INIT, ATOMIC_FLAG_INIT,
                                       ATOMIC_FLAG_INIT};
static atomic_int log_fd = LOG_UNKNOWN;

struct hook {
    rh_panic_handler call;
    void *arg;
};

static struct hook hook_now;
static atomic_bool hook_set;
static pthread_mutex_t hook_lock = PTHREAD_MUTEX_INITIALIZER;

static int log_from_environment(void)
{
    const char *where = getenv("RH_PANIC_LOG");
    char *end;
    if (!where || !*where)
        return STDERR_FILENO;
    if (strcmp(where, "off") == 0)
        return -1;
    long number = strtol(where, &end, 10);
    if (*end == '\0' && number >= 0)
        return (int)number;
    int fd = open(where, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    return fd >= 0 ? fd : STDERR_FILENO;
}

static int log_descriptor(void)
{
    int fd = atomic_load(&log_fd);
    if (fd != LOG_UNKNOWN)
        return fd;
    int found = log_from_environment(), expected = LOG_UNKNOWN;
    if (!atomic_compare_exchange_strong(&log_fd, &expected, found)) {
        if (found > STDERR_FILENO)
            close(found);
        return expected;
    }
    return found;
}

void rh_panic_log_set(int fd)
{
    atomic_store(&log_fd, fd < 0 ? -1 : fd);
}

static void write_all(int fd, const char *text, size_t length)
{
    int patience = 100;
    while (length > 0 && patience > 0) {
        ssize_t done = write(fd, text, length);
        if (done > 0) {
            text += done;
            length -= (size_t)done;
        } else if (done < 0 && errno == EAGAIN) {
            struct timespec moment = {0, 1000000};
            nanosleep(&moment, NULL);
            patience--;
        } else if (done == 0 || errno != EINTR) {
            return;
        }
    }
}

/* A reader that is gone must not end the process by SIGPIPE. */
static void write_quietly(int fd, const char *text, size_t length)
{
    sigset_t pipe_set, before, pending;
    struct timespec none = {0, 0};
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &before);
    write_all(fd, text, length);
    if (!sigismember(&pending, SIGPIPE))
        sigtimedwait(&pipe_set, NULL, &none);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void write_short(int fd, const rh_panic_record *record)
{
    char line[SHORT_LINE];
    write_quietly(fd, line, rh_record_json(record, line, sizeof line));
}

void rh_record_write(const rh_panic_record *record)
{
    int fd = log_descriptor(), saved = errno;
    if (fd < 0)
        return;
    for (int i = 0; i < LINES; i++) {
        if (atomic_flag_test_and_set(&line_busy[i]))
            continue;
        write_quietly(fd, lines[i], rh_record_json(record, lines[i], LINE_SIZE));
        atomic_flag_clear(&line_busy[i]);
        errno = saved;
        return;
    }
    write_short(fd, record);
    errno = saved;
}

void rh_report_line(const char *text, size_t length)
{
    int fd = log_descriptor();
    if (fd >= 0)
        write_quietly(fd, text, length);
}

void rh_panic_hook_set(rh_panic_handler call, void *arg)
{
    pthread_mutex_lock(&hook_lock);
    hook_now = (struct hook){call, arg};
    atomic_store(&hook_set, call != NULL);
    pthread_mutex_unlock(&hook_lock);
}

/* A fault may have interrupted the holder of the lock; then there is no hook for it. */
static struct hook hook_get(bool from_signal)
{
    struct hook hook = {NULL, NULL};
    if (from_signal ? pthread_mutex_trylock(&hook_lock) != 0 : pthread_mutex_lock(&hook_lock) != 0)
        return hook;
    hook = hook_now;
    pthread_mutex_unlock(&hook_lock);
    return hook;
}

bool rh_report_quiet(void)
{
    return !atomic_load_explicit(&hook_set, memory_order_relaxed) && log_descriptor() < 0;
}

void rh_record_publish(const rh_panic_record *record)
{
    int cancel;
    RH_PROBE3(panic, record->kind, record->code, record->task);
    if (rh_report_quiet())
        return;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    rh_record_write(record);
    struct hook hook = hook_get(record->kind == RH_KIND_FAULT);
    if (hook.call && rh_self.reporting == 0)
        rh_isolated_call(hook.call, record, hook.arg);
    if (record->kind != RH_KIND_FAULT)
        rh_dump_after_panic();
    pthread_setcancelstate(cancel, NULL);
}
