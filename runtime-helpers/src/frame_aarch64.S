/* rh_frame_call(fn: x0, arg: x1, frame: x2): see frame.h.  x19 holds the frame for the personality. */
#if defined(__aarch64__)
    .text
    .hidden rh_frame_call
    .hidden rh_frame_pad
    .hidden rh_frame_personality
    .hidden rh_frame_caught
    .globl rh_frame_call
    .type rh_frame_call, %function
rh_frame_call:
    .cfi_startproc
    .cfi_personality 0x1b, rh_frame_personality
    stp x29, x30, [sp, #-32]!
    .cfi_def_cfa_offset 32
    .cfi_offset x29, -32
    .cfi_offset x30, -24
    str x19, [sp, #16]
    .cfi_offset x19, -16
    mov x29, sp
    mov x19, x2
    mov x9, sp
    str x9, [x2]
    mov x9, x0
    mov x0, x1
    blr x9
    mov w0, #0
    b 1f
    .globl rh_frame_pad
rh_frame_pad:
    mov x1, x19
    bl rh_frame_caught
    mov w0, #1
1:  ldr x19, [sp, #16]
    ldp x29, x30, [sp], #32
    .cfi_restore x19
    .cfi_restore x29
    .cfi_restore x30
    .cfi_def_cfa_offset 0
    ret
    .cfi_endproc
    .size rh_frame_call, .-rh_frame_call
#endif
    .section .note.GNU-stack, "", %progbits
