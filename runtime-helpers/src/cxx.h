/* cxx.h (internal): the C++ runtime seen from C, through weak symbols, so that nothing links to it. */
#ifndef RH_SRC_CXX_H
#define RH_SRC_CXX_H

#include <unwind.h>

#include "frame.h"

/* This thread's exception globals, or NULL when no C++ runtime is loaded. */
struct rh_cxa *rh_cxx_globals(void);

extern struct rh_cxa *__cxa_get_globals(void) __attribute__((weak));

/* At the frame's entry; before unwinding to it; after arriving there. */
static inline void rh_cxx_enter(struct rh_frame *frame)
{
    if (rh_self.cxa || (__cxa_get_globals && rh_cxx_globals()))
        frame->cxa = *rh_self.cxa;
}
void rh_cxx_leave(struct rh_frame *frame);
void rh_cxx_recover(struct rh_frame *frame);

/* Has std::terminate, called because a panic met a noexcept function, jump to the frame instead. */
void rh_cxx_guard_terminate(void);

/* Type and message of a C++ exception in flight, into the record.  When it is an rh::panic_error, *inner is
 * the record that it carries, else NULL. */
void rh_cxx_describe(struct _Unwind_Exception *exception, rh_panic_record *record,
                     const rh_panic_record **inner);

#endif
