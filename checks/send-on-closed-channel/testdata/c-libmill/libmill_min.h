/* The part of libmill.h that the test needs. */
#include <stddef.h>
#include <stdint.h>

typedef struct mill_chan *chan;
#define mill_text2(x) #x
#define mill_text(x) mill_text2(x)
#define MILL_PLACE __FILE__ ":" mill_text(__LINE__)
#define chmake(type, bufsz) mill_chmake(sizeof(type), bufsz, MILL_PLACE)
#define chdup(channel) mill_chdup((channel), MILL_PLACE)
#define chs(channel, type, value)                                        \
    do {                                                                 \
        type mill_val = (value);                                         \
        mill_chs((channel), &mill_val, sizeof(type), MILL_PLACE);        \
    } while (0)
#define chr(channel, type) (*(type *)mill_chr((channel), sizeof(type), MILL_PLACE))
#define chdone(channel, type, value)                                     \
    do {                                                                 \
        type mill_val = (value);                                         \
        mill_chdone((channel), &mill_val, sizeof(type), MILL_PLACE);     \
    } while (0)
#define chclose(channel) mill_chclose((channel), MILL_PLACE)
chan mill_chmake(size_t sz, size_t bufsz, const char *created);
chan mill_chdup(chan ch, const char *created);
void mill_chs(chan ch, void *val, size_t sz, const char *current);
void *mill_chr(chan ch, size_t sz, const char *current);
void mill_chdone(chan ch, void *val, size_t sz, const char *current);
void mill_chclose(chan ch, const char *current);

extern volatile int mill_size;
extern volatile void *mill_top;
void *mill_go_prologue(const char *created);
void mill_go_epilogue(void);
#define coroutine __attribute__((noinline))
#define go(fn)                                                           \
    do {                                                                 \
        void *mill_sp = mill_go_prologue(MILL_PLACE);                    \
        if (mill_sp) {                                                   \
            char mill_gap[mill_size];                                    \
            mill_top = mill_gap;                                         \
            fn;                                                          \
            mill_go_epilogue();                                          \
        }                                                                \
    } while (0)
