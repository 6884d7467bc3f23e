#include "codec.h"

#include <rh/spawn.h>
#include <threads.h>

static int play(void *frame)
{
    pthread_t thread;
    if (rh_pthread_create(&thread, NULL, decode, frame))
        return -1;
    pthread_join(thread, NULL); // expect: unchecked-task-error(result)
    return 0;
}

static int encode_entry(void *frame)
{
    return encode(frame) ? 1 : 0;
}

static int record(void *frame)
{
    thrd_t thread;
    if (rh_thrd_create(&thread, encode_entry, frame))
        return -1;
    return thrd_join(thread, NULL); // expect: unchecked-task-error(result)
}

int main(void)
{
    struct {
        int width, height;
    } frame = {640, 480};
    return play(&frame) || record(&frame);
}
