/* unseen.h (internal): panics in groups that nobody waited for, to be reported at exit. */
#ifndef RH_SRC_UNSEEN_H
#define RH_SRC_UNSEEN_H

#include <stddef.h>

void rh_unseen_add(void);
void rh_unseen_remove(size_t count);

#endif
