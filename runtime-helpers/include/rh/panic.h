/* rh/panic.h: panic and recover, per task.
 *
 * A panic is control that leaves a function abnormally: rh_panic, rh_exit, rh_abort and rh_assert here, or a
 * C++ exception that nobody catches.  It ends at the innermost frame of the same thread: an rh_try, or the
 * root of a task that this library started.  In order: the record is written, the hook runs, the stack is
 * unwound, the frame's defers run, rh_try returns RH_PANIC.
 *
 * What unwinding runs.  It is forced unwinding, as of pthread_exit: __attribute__((cleanup)) variables and
 * pthread_cleanup_push handlers of C code compiled with -fexceptions, and C++ destructors.  Where a function
 * has no unwind tables, or is a C++ noexcept one, the rest of the way is jumped, nothing on it runs, and the
 * record says `unwound: false`.  C++ `catch (...)` sees the panic and must rethrow it; a handler that
 * swallows it is overruled: the panic goes on when the handler ends.
 *
 * A panic without a frame, or during the cleanup of another panic, writes its record and aborts the process.
 * pthread_exit and cancellation are no panics: they pass through frames, which run their defers and end.
 * A frame is left by returning from `fn` or by a panic, never by a longjmp across it.
 */
#ifndef RH_PANIC_H
#define RH_PANIC_H

#include <rh/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of rh_try_with. */
enum {
    RH_RECOVER_FAULTS =
        1, /* SIGSEGV, SIGBUS, SIGFPE, SIGILL raised by this thread's own code end at this frame */
    RH_RECOVER_ABORT = 2,  /* so does abort(), hence also std::terminate and assert */
    RH_PASS_EXCEPTIONS = 4 /* C++ exceptions pass through this frame to an outer handler */
};

typedef void (*rh_panic_handler)(const rh_panic_record *record, void *arg);

/* How to try.  All-zero is what rh_try does. */
typedef struct rh_try_options {
    unsigned flags;
    rh_panic_handler handler; /* called after recovery, isolated: if it panics that is recorded and over */
    void *handler_arg;
} rh_try_options;

/* Calls fn(arg).  RH_OK: it returned.  RH_PANIC: it panicked; `*record`, unless NULL, says how.  Never blocks
 * by itself; any thread, any depth.  Costs a few nanoseconds when nothing happens. */
RH_API rh_status rh_try(void (*fn)(void *arg), void *arg, rh_panic_record *record);

/* As rh_try, with options, which may be NULL.  Also RH_EINVAL (unknown flag; fn was not called) and RH_ESYS
 * (a handler or signal stack for RH_RECOVER_* could not be installed; fn was not called; errno is set).
 *
 * RH_RECOVER_FAULTS continues after what the C and C++ standards leave undefined: it recovers the process,
 * not the correctness of what the faulting code was doing.  Use it around code whose state you can throw
 * away.  Only faults that the kernel raised for an instruction of this very thread count, not a kill() from
 * outside. */
RH_API rh_status rh_try_with(const rh_try_options *options, void (*fn)(void *arg), void *arg,
                             rh_panic_record *record);

/* Panics with a code of the caller's choosing and a formatted message (cut at RH_MESSAGE_SIZE).  Does not
 * return. */
RH_NORETURN RH_API void rh_panic(int code, const char *format, ...) RH_PRINTF(2, 3);

/* Goes on with a recovered panic in the frame outside: nothing is recorded a second time.  `record` is
 * copied. */
RH_NORETURN RH_API void rh_repanic(const rh_panic_record *record);

/* The first half of rh_panic: fills *record, writes its line, runs the hook, and returns; without a frame the
 * record says so, yet the process goes on.  For languages that unwind in their own way, as rh::panic does. */
RH_API void rh_panic_publish(rh_panic_record *record, int code, const char *message);

/* Has fn(arg) called when the innermost frame ends, however it ends; last deferred, first called.  A defer
 * that panics when the frame ends normally is that frame's panic; one that panics after a panic aborts the
 * process. RH_EINVAL: no frame stands.  RH_ENOMEM: more than 4 on one frame and no memory; fn will not be
 * called. */
RH_API rh_status rh_defer(void (*fn)(void *arg), void *arg);

/* The last panic that ended at a frame of this thread, copied to *record; false: none so far.  A panic of
 * another task is never seen here. */
RH_API bool rh_recovered(rh_panic_record *record);

/* Whether a panic raised now would be recovered: a frame stands and is not being cleaned up. */
RH_API bool rh_recovering(void);

/* Calls hook(record, arg) at each panic of the process, after its line is written and before unwinding, on
 * the panicking thread; NULL takes it out.  A hook that panics is recorded and over.  Any thread.  Between
 * two calls that race, a panic may still see the hook before with its own arg, never a mix. */
RH_API void rh_panic_hook_set(rh_panic_handler hook, void *arg);

/* From now on hardware faults that nobody recovers write their record before they end the process as ever
 * (handlers that were installed before are called).  RH_ESYS: no handler could be installed; errno is set. */
RH_API rh_status rh_fault_records(void);

/* Drop-ins for exit, abort and assert: a panic where rh_recovering(), else what their namesakes do. */
RH_NORETURN RH_API void rh_exit(int status);
RH_NORETURN RH_API void rh_abort(void);
RH_NORETURN RH_API void rh_assert_fail(const char *expression, const char *file, unsigned line,
                                       const char *function);

#ifdef NDEBUG
#define rh_assert(expression) ((void)0)
#else
#define rh_assert(expression)                                                                                \
    ((expression) ? (void)0 : rh_assert_fail(#expression, __FILE__, (unsigned)__LINE__, __func__))
#endif

#ifdef __cplusplus
}
#endif
#endif
