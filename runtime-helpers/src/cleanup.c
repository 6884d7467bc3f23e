#include "cleanup.h"

#include <pthread.h>
#include <stdbool.h>

/* Between here and the frame that is being left. */
static bool is_left(const void *buffer, uintptr_t limit)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), at = (uintptr_t)buffer;
    return at > here && at < limit;
}

#if defined(__GLIBC__)

/* pthread.h declares these only for code without exceptions; the buffer's first word of padding is the one
 * before. */
extern void __pthread_register_cancel(__pthread_unwind_buf_t *buffer) __attribute__((weak));
extern void __pthread_unregister_cancel(__pthread_unwind_buf_t *buffer) __attribute__((weak));

void rh_cleanups_leave(uintptr_t limit)
{
    __pthread_unwind_buf_t probe;
    if (!__pthread_register_cancel || !__pthread_unregister_cancel)
        return;
    __pthread_register_cancel(&probe);
    while (probe.__pad[0] && is_left(probe.__pad[0], limit))
        probe.__pad[0] = ((__pthread_unwind_buf_t *)probe.__pad[0])->__pad[0];
    __pthread_unregister_cancel(&probe);
}

#else

static void nothing(void *arg)
{
    (void)arg;
}

void rh_cleanups_leave(uintptr_t limit)
{
    struct __ptcb probe;
    _pthread_cleanup_push(&probe, nothing, NULL);
    while (probe.__next && is_left(probe.__next, limit)) {
        struct __ptcb left = *probe.__next;
        probe.__next = left.__next;
        left.__f(left.__x);
    }
    _pthread_cleanup_pop(&probe, 0);
}

#endif
