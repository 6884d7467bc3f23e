/* The processor's part of fault.h: reading and rewriting an interrupted context. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <string.h>
#include <ucontext.h>

#include "fault.h"

enum { RED_ZONE = 128 };

/* Where struct rh_fault goes: below what the interrupted function may use. */
static uintptr_t room_below(uintptr_t stack_pointer)
{
    return (stack_pointer - RED_ZONE - sizeof(struct rh_fault)) & ~(uintptr_t)15;
}

#if defined(__x86_64__)

uintptr_t rh_fault_stack_pointer(const void *ucontext)
{
    return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RSP];
}

void rh_fault_divert(void *ucontext, struct rh_fault *fault)
{
    static const int saved[] = {REG_RBX, REG_RBP, REG_R12, REG_R13, REG_R14, REG_R15, REG_RSP, REG_RIP};
    greg_t *registers = ((ucontext_t *)ucontext)->uc_mcontext.gregs;
    uintptr_t below = room_below((uintptr_t)registers[REG_RSP]);
    for (size_t i = 0; i < sizeof saved / sizeof *saved; i++)
        fault->registers[i] = (uint64_t)registers[saved[i]];
    memcpy((void *)below, fault, sizeof *fault);
    registers[REG_RSP] = (greg_t)below;
    registers[REG_RIP] = (greg_t)(uintptr_t)rh_fault_trampoline;
    registers[REG_EFL] &= ~(greg_t)0x400; /* the direction flag, clear at calls */
}

#elif defined(__aarch64__)

uintptr_t rh_fault_stack_pointer(const void *ucontext)
{
    return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.sp;
}

void rh_fault_divert(void *ucontext, struct rh_fault *fault)
{
    mcontext_t *context = &((ucontext_t *)ucontext)->uc_mcontext;
    uintptr_t below = room_below((uintptr_t)context->sp);
    for (int i = 0; i < 12; i++)
        fault->registers[i] = context->regs[19 + i];
    fault->registers[12] = context->sp;
    fault->registers[13] = context->pc;
    memcpy((void *)below, fault, sizeof *fault);
    context->sp = below;
    context->pc = (uintptr_t)rh_fault_trampoline;
}

#endif
