/* dump.h (internal) */
#ifndef RH_SRC_DUMP_H
#define RH_SRC_DUMP_H

/* The dump that follows a panic, if it is on. */
void rh_dump_after_panic(void);

#endif
