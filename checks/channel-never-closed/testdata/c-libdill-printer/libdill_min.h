#ifndef LIBDILL_MIN_H
#define LIBDILL_MIN_H
/* The part of libdill.h (version 2) that the test needs; its go() is a statement expression as the real one is. */
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#define coroutine __attribute__((noinline))
struct ipaddr {
    char data[32];
};
extern volatile void *dill_stack_top;
int dill_prologue(sigjmp_buf **ctx, void **ptr, size_t len, int bndl, const char *file, int line);
void dill_epilogue(void);
#define dill_go_in(fn, ptr, len, bndl)                                                                      \
    ({                                                                                                      \
        sigjmp_buf *dill_jump;                                                                              \
        void *dill_stack = (ptr);                                                                           \
        int dill_handle = dill_prologue(&dill_jump, &dill_stack, (len), (bndl), __FILE__, __LINE__);        \
        if (dill_handle >= 0) {                                                                             \
            if (!sigsetjmp(*dill_jump, 0)) {                                                                \
                dill_stack_top = dill_stack;                                                                \
                fn;                                                                                         \
                dill_epilogue();                                                                            \
            }                                                                                               \
        }                                                                                                   \
        dill_handle;                                                                                        \
    })
#define dill_go(fn) dill_go_in(fn, NULL, 0, -1)
#define dill_bundle_go(bndl, fn) dill_go_in(fn, NULL, 0, bndl)
#define go dill_go
#define bundle_go dill_bundle_go
#define bundle dill_bundle
#define hclose dill_hclose
#define chmake dill_chmake
#define chsend dill_chsend
#define chrecv dill_chrecv
#define chdone dill_chdone

int dill_bundle(void);
int dill_hclose(int h);
int dill_chmake(int chv[2]);
int dill_chsend(int ch, const void *val, size_t len, int64_t deadline);
int dill_chrecv(int ch, void *val, size_t len, int64_t deadline);
int dill_chdone(int ch);
int tcp_listen(struct ipaddr *addr, int backlog);
int tcp_accept(int s, struct ipaddr *addr, int64_t deadline);
int tcp_close(int s, int64_t deadline);
int bsend(int s, const void *buf, size_t len, int64_t deadline);
int brecv(int s, void *buf, size_t len, int64_t deadline);
#endif
