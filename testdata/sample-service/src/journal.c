#include "journal.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_MAX 4096

static struct {
    int fd;
    char path[256];
    char buffer[BUFFER_MAX];
    size_t used;
    size_t written;
    pthread_mutex_t mutex;
} journal = {.fd = -1, .mutex = PTHREAD_MUTEX_INITIALIZER};

bool journal_open(const char *path)
{
    snprintf(journal.path, sizeof journal.path, "%s", path);
    journal.fd = open(path, O_CREAT | O_APPEND | O_RDWR | O_CLOEXEC, 0644);
    return journal.fd >= 0;
}

/* Called with the mutex held. */
static void journal_flush(void)
{
    size_t done = 0;

    while (done < journal.used) {
        ssize_t n = write(journal.fd, journal.buffer + done, journal.used - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            log_fatal("journal %s: %s", journal.path, strerror(errno));
        done += (size_t)n;
    }
    journal.written += done;
    journal.used = 0;
}

void journal_append(unsigned long id, const char *topic, const char *text)
{
    char line[640];
    int length = snprintf(line, sizeof line, "%lu|%s|%zu|%s\n", id, topic, strlen(text), text);

    pthread_mutex_lock(&journal.mutex);
    if (journal.used + (size_t)length > BUFFER_MAX)
        journal_flush();
    memcpy(journal.buffer + journal.used, line, (size_t)length);
    journal.used += (size_t)length;
    pthread_mutex_unlock(&journal.mutex);
}

size_t journal_size(void)
{
    size_t size;

    pthread_mutex_lock(&journal.mutex);
    size = journal.written;
    pthread_mutex_unlock(&journal.mutex);
    return size;
}

/* Every record ends its line; a journal that does not was cut short by somebody else. */
static void journal_check(const char *bytes, size_t size)
{
    if (size > 0 && bytes[size - 1] != '\n') {
        log_error("journal %s is corrupt", journal.path);
        abort();
    }
}

static void journal_keep(const char *bytes, size_t size)
{
    const char *half = memchr(bytes + size / 2, '\n', size - size / 2);
    size_t skip = half != NULL ? (size_t)(half - bytes) + 1 : size;

    if (ftruncate(journal.fd, 0) == 0 && write(journal.fd, bytes + skip, size - skip) >= 0)
        journal.written = size - skip;
}

void journal_compact(size_t limit)
{
    char *bytes;
    ssize_t n;

    pthread_mutex_lock(&journal.mutex);
    bytes = journal.written > limit ? malloc(journal.written) : NULL;
    if (bytes != NULL) {
        n = pread(journal.fd, bytes, journal.written, 0);
        if (n > 0) {
            journal_check(bytes, (size_t)n);
            journal_keep(bytes, (size_t)n);
        }
        free(bytes);
    }
    pthread_mutex_unlock(&journal.mutex);
}

/* Guarded by -1, so that a second call does nothing. */
void journal_close(void)
{
    pthread_mutex_lock(&journal.mutex);
    if (journal.fd >= 0) {
        journal_flush();
        close(journal.fd);
        journal.fd = -1;
    }
    pthread_mutex_unlock(&journal.mutex);
}

const char *journal_path(void)
{
    return journal.path;
}
