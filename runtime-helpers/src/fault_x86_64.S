/* rh_fault_trampoline: "called" by code that faulted, see fault.h.  rsp points to struct rh_fault:
 * rbx, rbp, r12, r13, r14, r15, rsp, rip.  The CFI says where each is, by DW_CFA_expression on breg7 (rsp). */
#if defined(__x86_64__)
    .text
    .hidden rh_fault_trampoline
    .hidden rh_fault_raise
    .globl rh_fault_trampoline
    .type rh_fault_trampoline, @function
rh_fault_trampoline:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_escape 0x0f,0x03,0x77,0x30,0x06      /* CFA = *(rsp + 48) */
    .cfi_escape 0x10,0x03,0x02,0x77,0x00      /* rbx */
    .cfi_escape 0x10,0x06,0x02,0x77,0x08      /* rbp */
    .cfi_escape 0x10,0x0c,0x02,0x77,0x10      /* r12 */
    .cfi_escape 0x10,0x0d,0x02,0x77,0x18      /* r13 */
    .cfi_escape 0x10,0x0e,0x02,0x77,0x20      /* r14 */
    .cfi_escape 0x10,0x0f,0x02,0x77,0x28      /* r15 */
    .cfi_escape 0x10,0x07,0x02,0x77,0x30      /* rsp */
    .cfi_escape 0x10,0x10,0x03,0x77,0xb8,0x00 /* rip: 56 as a two-byte sleb128 */
    movq %rsp, %rdi
    call rh_fault_raise
    ud2
    .cfi_endproc
    .size rh_fault_trampoline, .-rh_fault_trampoline
#endif
    .section .note.GNU-stack, "", %progbits
