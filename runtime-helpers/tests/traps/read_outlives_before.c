/* A reader is told to stop by a flag, which it would see after the next byte, which never comes: whoever waits for it
 * waits for ever.  alarm() ends what would hang. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static int descriptor[2];
static atomic_int stop;

static void *reads(void *arg)
{
    char byte;
    while (!stop && read(descriptor[0], &byte, 1) == 1)
        continue;
    return arg;
}

int main(void)
{
    pthread_t reader;
    alarm(2);
    if (pipe(descriptor) != 0 || pthread_create(&reader, NULL, reads, NULL) != 0)
        return 1;
    usleep(20000);
    stop = 1;
    pthread_join(reader, NULL);
    return 0;
}
