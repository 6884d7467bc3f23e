#include "codec.h"

#include <rh/panic.h>
#include <stddef.h>

struct frame {
    int width, height;
};

static int area(const struct frame *frame)
{
    if (frame->width <= 0 || frame->height <= 0)
        rh_panic(7, "a frame of %d x %d", frame->width, frame->height);
    return frame->width * frame->height;
}

void *decode(void *arg)
{
    struct frame *frame = arg;
    frame->width = area(frame);
    return NULL;
}

void *encode(void *arg)
{
    struct frame *frame = arg;
    rh_assert(frame->width > 0);
    return NULL;
}
