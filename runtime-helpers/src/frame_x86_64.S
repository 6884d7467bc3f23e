/* rh_frame_call(fn: rdi, arg: rsi, frame: rdx): see frame.h.  rbx holds the frame for the personality. */
#if defined(__x86_64__)
    .text
    .hidden rh_frame_call
    .hidden rh_frame_pad
    .hidden rh_frame_personality
    .hidden rh_frame_caught
    .globl rh_frame_call
    .type rh_frame_call, @function
rh_frame_call:
    .cfi_startproc
    .cfi_personality 0x1b, rh_frame_personality
    endbr64
    pushq %rbx
    .cfi_def_cfa_offset 16
    .cfi_offset rbx, -16
    movq %rdx, %rbx
    movq %rsp, (%rdx)
    movq %rdi, %rax
    movq %rsi, %rdi
    call *%rax
    xorl %eax, %eax
    .cfi_remember_state
    popq %rbx
    .cfi_def_cfa_offset 8
    .cfi_restore rbx
    ret
    .cfi_restore_state
    .globl rh_frame_pad
rh_frame_pad:
    endbr64
    movq %rax, %rdi
    movq %rbx, %rsi
    call rh_frame_caught
    movl $1, %eax
    popq %rbx
    .cfi_def_cfa_offset 8
    .cfi_restore rbx
    ret
    .cfi_endproc
    .size rh_frame_call, .-rh_frame_call
#endif
    .section .note.GNU-stack, "", %progbits
