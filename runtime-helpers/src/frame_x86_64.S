/* rh_frame_call(fn: rdi, arg: rsi, frame: rdx) and rh_frame_resume(frame: rdi): see frame.h.
 * rbx holds the frame for the personality; the other callee-saved registers are kept on the stack so that
 * rh_frame_resume can put them back without the unwinder. */
#if defined(__x86_64__)
    .text
    .hidden rh_frame_call
    .hidden rh_frame_pad
    .hidden rh_frame_resume
    .hidden rh_frame_personality
    .hidden rh_frame_caught
    .globl rh_frame_call
    .type rh_frame_call, @function
rh_frame_call:
    .cfi_startproc
    .cfi_personality 0x1b, rh_frame_personality
    endbr64
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    pushq %r15
    .cfi_def_cfa_offset 24
    .cfi_offset r15, -24
    pushq %r14
    .cfi_def_cfa_offset 32
    .cfi_offset r14, -32
    pushq %r13
    .cfi_def_cfa_offset 40
    .cfi_offset r13, -40
    pushq %r12
    .cfi_def_cfa_offset 48
    .cfi_offset r12, -48
    pushq %rbx
    .cfi_def_cfa_offset 56
    .cfi_offset rbx, -56
    subq $8, %rsp
    .cfi_def_cfa_offset 64
    movq %rdx, %rbx
    movq %rsp, (%rdx)
    movq %rdi, %rax
    movq %rsi, %rdi
    call *%rax
    xorl %eax, %eax
    addq $8, %rsp
    .cfi_remember_state
    .cfi_def_cfa_offset 56
    popq %rbx
    .cfi_def_cfa_offset 48
    addq $32, %rsp              /* r12 ... r15 are as they were: the callee kept them */
    .cfi_def_cfa_offset 16
    popq %rbp
    .cfi_def_cfa_offset 8
    .cfi_restore rbx
    .cfi_restore r12
    .cfi_restore r13
    .cfi_restore r14
    .cfi_restore r15
    .cfi_restore rbp
    ret
    .cfi_restore_state
    .globl rh_frame_pad
rh_frame_pad:
    endbr64
    movq %rax, %rdi
    call rh_frame_caught
.Lback:
    movl $1, %eax
    addq $8, %rsp
    .cfi_def_cfa_offset 56
    popq %rbx
    .cfi_def_cfa_offset 48
    .cfi_restore rbx
    popq %r12
    .cfi_def_cfa_offset 40
    .cfi_restore r12
    popq %r13
    .cfi_def_cfa_offset 32
    .cfi_restore r13
    popq %r14
    .cfi_def_cfa_offset 24
    .cfi_restore r14
    popq %r15
    .cfi_def_cfa_offset 16
    .cfi_restore r15
    popq %rbp
    .cfi_def_cfa_offset 8
    .cfi_restore rbp
    ret
    .cfi_endproc
    .size rh_frame_call, .-rh_frame_call

    .globl rh_frame_resume
    .type rh_frame_resume, @function
rh_frame_resume:
    .cfi_startproc
    endbr64
    movq (%rdi), %rsp
    jmp .Lback
    .cfi_endproc
    .size rh_frame_resume, .-rh_frame_resume
#endif
    .section .note.GNU-stack, "", %progbits
