/* store.h (internal): what a thread keeps on the heap, made at first need and freed when the thread ends. */
#ifndef RH_SRC_STORE_H
#define RH_SRC_STORE_H

#include <rh/record.h>

struct rh_store {
    bool has_recovered;
    rh_panic_record recovered; /* the last panic that ended at a frame of this thread */
    bool ready;                /* the three below are set */
    uintptr_t stack_low;       /* the lowest usable address of this thread's stack */
    void *signal_stack;        /* mapped for RH_RECOVER_*, or NULL: the thread had its own */
    size_t signal_stack_size;
};

/* This thread's store; NULL: none yet and (if `make`) no memory. */
struct rh_store *rh_store_get(bool make);

/* Remembers a copy for rh_recovered(), unless it is that very copy; without memory, forgets. */
void rh_store_recovered(const rh_panic_record *record);

#endif
