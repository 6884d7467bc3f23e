/* rh/spawn.h: tasks. */
#ifndef RH_SPAWN_H
#define RH_SPAWN_H

#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The identity of the running task: never 0, never used twice in a process, the same for as long as the task
 * runs.  A thread that this library did not start gets one at its first call.  Any thread; never blocks. */
RH_API uint64_t rh_task_id(void);

#ifdef __cplusplus
}
#endif
#endif
