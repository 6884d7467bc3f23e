/* rh_frame_call(fn: x0, arg: x1, frame: x2) and rh_frame_resume(frame: x0): see frame.h.
 * x19 holds the frame for the personality; the other callee-saved registers are kept on the stack so that
 * rh_frame_resume can put them back without the unwinder. */
#if defined(__aarch64__)
    .text
    .hidden rh_frame_call
    .hidden rh_frame_pad
    .hidden rh_frame_resume
    .hidden rh_frame_personality
    .hidden rh_frame_caught
    .globl rh_frame_call
    .type rh_frame_call, %function
rh_frame_call:
    .cfi_startproc
    .cfi_personality 0x1b, rh_frame_personality
    stp x29, x30, [sp, #-160]!
    .cfi_def_cfa_offset 160
    .cfi_offset x29, -160
    .cfi_offset x30, -152
    stp x19, x20, [sp, #16]
    .cfi_offset x19, -144
    .cfi_offset x20, -136
    stp x21, x22, [sp, #32]
    .cfi_offset x21, -128
    .cfi_offset x22, -120
    stp x23, x24, [sp, #48]
    .cfi_offset x23, -112
    .cfi_offset x24, -104
    stp x25, x26, [sp, #64]
    .cfi_offset x25, -96
    .cfi_offset x26, -88
    stp x27, x28, [sp, #80]
    .cfi_offset x27, -80
    .cfi_offset x28, -72
    stp d8, d9, [sp, #96]
    .cfi_offset d8, -64
    .cfi_offset d9, -56
    stp d10, d11, [sp, #112]
    .cfi_offset d10, -48
    .cfi_offset d11, -40
    stp d12, d13, [sp, #128]
    .cfi_offset d12, -32
    .cfi_offset d13, -24
    stp d14, d15, [sp, #144]
    .cfi_offset d14, -16
    .cfi_offset d15, -8
    mov x29, sp
    mov x19, x2
    mov x9, sp
    str x9, [x2]
    mov x9, x0
    mov x0, x1
    blr x9
    mov w0, #0
    b .Lout
    .globl rh_frame_pad
rh_frame_pad:
    bl rh_frame_caught
.Lback:
    mov w0, #1
.Lout:
    ldp d14, d15, [sp, #144]
    ldp d12, d13, [sp, #128]
    ldp d10, d11, [sp, #112]
    ldp d8, d9, [sp, #96]
    ldp x27, x28, [sp, #80]
    ldp x25, x26, [sp, #64]
    ldp x23, x24, [sp, #48]
    ldp x21, x22, [sp, #32]
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #160
    .cfi_def_cfa_offset 0
    ret
    .cfi_endproc
    .size rh_frame_call, .-rh_frame_call

    .globl rh_frame_resume
    .type rh_frame_resume, %function
rh_frame_resume:
    .cfi_startproc
    ldr x9, [x0]
    mov sp, x9
    b .Lback
    .cfi_endproc
    .size rh_frame_resume, .-rh_frame_resume
#endif
    .section .note.GNU-stack, "", %progbits
