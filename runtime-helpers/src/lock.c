#include "lock.h"

void rh_locks_poison(struct rh_lock *until)
{
    while (rh_self.locks != until && rh_self.locks)
        rh_self.locks = rh_self.locks->next;
}
