/* wakefd.h: one eventfd per thread, for whoever must be woken out of poll. */
#ifndef RH_SRC_WAKEFD_H
#define RH_SRC_WAKEFD_H

/* This thread's, made at the first call and closed when the thread ends; -1 and errno when it cannot be had.
 * Whoever gives it away to be written must get all writers to be done before it waits for something else. */
int wake_fd(void);

/* Makes it unreadable again. */
void wake_fd_drain(int fd);

#endif
