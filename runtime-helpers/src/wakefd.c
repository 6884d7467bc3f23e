/* wakefd.c: see wakefd.h. */
#include "wakefd.h"

#include "fail.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static _Thread_local int cached_plus_one; /* 0: none yet */
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static int key_error;

static void close_cached(void *value)
{
    close((int)(intptr_t)value - 1);
    cached_plus_one = 0;
}

static void make_key(void)
{
    key_error = pthread_key_create(&key, close_cached);
}

static int make(void)
{
    pthread_once(&key_once, make_key);
    errno = key_error ? key_error : rh_fail_point("io.wakefd", EMFILE);
    if (errno)
        return -1;
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return -1;
    int error = pthread_setspecific(key, (void *)(intptr_t)(fd + 1));
    if (error) {
        close(fd);
        errno = error;
        return -1;
    }
    cached_plus_one = fd + 1;
    return fd;
}

int wake_fd(void)
{
    return cached_plus_one ? cached_plus_one - 1 : make();
}

void wake_fd_drain(int fd)
{
    eventfd_t count;
    eventfd_read(fd, &count);
}
