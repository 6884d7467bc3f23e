/* cleanup.h (internal): the C library's own list of cleanup handlers, for functions that the unwinder can't
 * clean. */
#ifndef RH_SRC_CLEANUP_H
#define RH_SRC_CLEANUP_H

#include <stdint.h>

/* pthread_cleanup_push in code without -fexceptions registers a buffer on its stack with the C library.
 * Before the stack below `limit` is left, the buffers there are taken out of the list, or a later
 * pthread_exit would jump into them.  With musl, which keeps function and argument, they are run; with glibc,
 * whose buffers can only be jumped to by a thread that ends, they can't be. */
void rh_cleanups_leave(uintptr_t limit);

#endif
