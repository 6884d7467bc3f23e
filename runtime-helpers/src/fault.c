/* Hardware faults and abort(): the handlers, the signal stack, the panic. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fault.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "cxx.h"
#include "fail.h"
#include "panic.h"

enum { SIGNAL_STACK = 65536, ROOM_TO_RAISE = 16384 };

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof *fault_signals, ABORT_AT = FAULT_SIGNALS };

static struct sigaction before[FAULT_SIGNALS + 1]; /* who had the signals: fault_signals, then SIGABRT */
static bool faults_installed, abort_installed;
static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *signal_name(int signal)
{
    return signal == SIGSEGV  ? "SIGSEGV"
           : signal == SIGBUS ? "SIGBUS"
           : signal == SIGFPE ? "SIGFPE"
           : signal == SIGILL ? "SIGILL"
                              : "SIGABRT";
}

/* The innermost frame of this thread that wants such signals; none while a panic is on its way. */
static struct rh_frame *willing_frame(unsigned flag)
{
    for (struct rh_frame *frame = rh_self.top; frame && frame->state == RH_FRAME_RUNNING;
         frame = frame->previous)
        if (frame->flags & flag)
            return frame;
    return NULL;
}

/* No snprintf here: a signal handler writes this. */
static void describe(rh_panic_record *record, const struct rh_fault *fault)
{
    static const char at[] = " raised by the kernel";
    const char *name = signal_name(fault->signal);
    size_t length = strlen(name);
    memcpy(record->type, name, length + 1);
    memcpy(record->message, name, length + 1);
    if (fault->signal == SIGABRT)
        memcpy(record->message, "abort()", sizeof "abort()");
    else
        memcpy(record->message + length, at, sizeof at);
    record->fault_address = fault->address;
}

static void record_fault(rh_panic_record *record, const struct rh_fault *fault)
{
    rh_record_start(record, fault->signal == SIGABRT ? RH_KIND_ABORT : RH_KIND_FAULT, fault->signal,
                    fault->frame);
    describe(record, fault);
}

void rh_fault_raise(const struct rh_fault *fault)
{
    rh_panic_record record;
    record_fault(&record, fault);
    rh_record_publish(&record);
    rh_frame_deliver(fault->frame, &record);
    rh_cxx_leave(fault->frame);
    rh_unwind_to(fault->frame);
}

/* On the signal stack; the mask is put back by hand, then the jump. */
static _Noreturn void jump_from_handler(const struct rh_fault *fault, const void *ucontext)
{
    rh_panic_record record;
    record_fault(&record, fault);
    record.unwound = false;
    rh_record_write(&record);
    rh_frame_deliver(fault->frame, &record);
    rh_cxx_leave(fault->frame);
    rh_unwind_begin(fault->frame);
    pthread_sigmask(SIG_SETMASK, &((const ucontext_t *)ucontext)->uc_sigmask, NULL);
    rh_frame_jump(fault->frame);
}

/* Room on the interrupted stack, which must be the one that the frame is on. */
static bool can_divert(const void *ucontext, const struct rh_frame *frame)
{
    uintptr_t pointer = rh_fault_stack_pointer(ucontext);
    struct rh_store *store = rh_store_get(false);
    return store && pointer <= (uintptr_t)frame && pointer > store->stack_low + ROOM_TO_RAISE;
}

static void leave_to_former(int signal, siginfo_t *info, void *ucontext, const struct sigaction *former)
{
    if (former->sa_flags & SA_SIGINFO) {
        former->sa_sigaction(signal, info, ucontext);
    } else if (former->sa_handler == SIG_DFL || (former->sa_handler == SIG_IGN && info->si_code > 0)) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigaction(signal, &plain, NULL); /* and the instruction faults again, or abort() goes on */
        if (info->si_code <= 0)
            raise(signal);
    } else if (former->sa_handler != SIG_IGN) {
        former->sa_handler(signal);
    }
}

static void handle(int signal, siginfo_t *info, void *ucontext, unsigned flag, const struct sigaction *former)
{
    struct rh_fault fault = {.signal = signal, .address = signal == SIGABRT ? NULL : info->si_addr};
    bool own = signal == SIGABRT ? info->si_code == SI_TKILL && info->si_pid == getpid() : info->si_code > 0;
    int saved = errno;
    fault.frame = own ? willing_frame(flag) : NULL;
    if (fault.frame && can_divert(ucontext, fault.frame)) {
        rh_fault_divert(ucontext, &fault);
    } else if (fault.frame) {
        jump_from_handler(&fault, ucontext);
    } else {
        rh_panic_record record;
        record_fault(&record, &fault);
        rh_record_write(&record);
        leave_to_former(signal, info, ucontext, former);
    }
    errno = saved;
}

static void on_fault(int signal, siginfo_t *info, void *ucontext)
{
    for (int i = 0; i < FAULT_SIGNALS; i++)
        if (fault_signals[i] == signal)
            handle(signal, info, ucontext, RH_RECOVER_FAULTS, &before[i]);
}

/* An abort that nobody recovers is not ours to record: rh_abort and std::terminate have their own ways. */
static void on_abort(int signal, siginfo_t *info, void *ucontext)
{
    if (willing_frame(RH_RECOVER_ABORT))
        handle(signal, info, ucontext, RH_RECOVER_ABORT, &before[ABORT_AT]);
    else
        leave_to_former(signal, info, ucontext, &before[ABORT_AT]);
}

static bool install_one(int signal, void (*handler)(int, siginfo_t *, void *), struct sigaction *former)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    return sigaction(signal, &action, former) == 0;
}

static bool install(unsigned flags)
{
    bool done = true;
    pthread_mutex_lock(&install_lock);
    if ((flags & RH_RECOVER_FAULTS) && !faults_installed) {
        for (int i = 0; i < FAULT_SIGNALS; i++)
            done = done && install_one(fault_signals[i], on_fault, &before[i]);
        __atomic_store_n(&faults_installed, done, __ATOMIC_RELEASE);
    }
    if ((flags & RH_RECOVER_ABORT) && !abort_installed) {
        done = done && install_one(SIGABRT, on_abort, &before[ABORT_AT]);
        __atomic_store_n(&abort_installed, done, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&install_lock);
    return done;
}

static bool installed(unsigned flags)
{
    return (!(flags & RH_RECOVER_FAULTS) || __atomic_load_n(&faults_installed, __ATOMIC_ACQUIRE)) &&
           (!(flags & RH_RECOVER_ABORT) || __atomic_load_n(&abort_installed, __ATOMIC_ACQUIRE));
}

rh_status rh_fault_records(void)
{
    return install(RH_RECOVER_FAULTS) ? RH_OK : RH_ESYS;
}

/* A signal stack of ours, unless the thread has one. */
static bool make_signal_stack(struct rh_store *store)
{
    stack_t now, ours = {.ss_size = SIGNAL_STACK};
    if (sigaltstack(NULL, &now) != 0)
        return false;
    if (!(now.ss_flags & SS_DISABLE) && now.ss_size >= SIGNAL_STACK / 2)
        return true;
    ours.ss_sp =
        mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (ours.ss_sp == MAP_FAILED)
        return false;
    if (sigaltstack(&ours, NULL) != 0) {
        munmap(ours.ss_sp, SIGNAL_STACK);
        return false;
    }
    store->signal_stack = ours.ss_sp;
    store->signal_stack_size = SIGNAL_STACK;
    return true;
}

static bool find_stack(struct rh_store *store)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size, guard = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    store->stack_low = (uintptr_t)low + guard;
    return true;
}

rh_status rh_fault_prepare(unsigned flags)
{
    if (!(flags & (RH_RECOVER_FAULTS | RH_RECOVER_ABORT)))
        return RH_OK;
    int error = rh_fail_point("try", ENOMEM);
    struct rh_store *store = error ? NULL : rh_store_get(true);
    if (!store) {
        errno = error ? error : ENOMEM;
        return RH_ESYS;
    }
    if (!store->ready) {
        if (!find_stack(store) || !make_signal_stack(store))
            return RH_ESYS;
        store->ready = true;
    }
    return installed(flags) || install(flags) ? RH_OK : RH_ESYS;
}

void rh_fault_thread_end(struct rh_store *store)
{
    if (!store->signal_stack)
        return;
    stack_t now, none = {.ss_flags = SS_DISABLE};
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == store->signal_stack)
        sigaltstack(&none, NULL);
    munmap(store->signal_stack, store->signal_stack_size);
}
