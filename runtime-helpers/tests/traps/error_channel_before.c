/* An error channel with room for fewer errors than there are senders, read only after all have ended: nobody
 * ends. (A pipe filled to the brim stands for the channel.)  alarm() ends what would hang. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { SENDERS = 40, ERROR_SIZE = 4096 };
static int channel[2];

static void *fails(void *arg)
{
    static const char error[ERROR_SIZE];
    ssize_t sent = write(channel[1], error, sizeof error);
    return sent == ERROR_SIZE ? arg : NULL;
}

int main(void)
{
    pthread_t senders[SENDERS];
    alarm(2);
    if (pipe(channel) != 0)
        return 1;
    for (int i = 0; i < SENDERS; i++)
        if (pthread_create(&senders[i], NULL, fails, NULL) != 0)
            return 1;
    for (int i = 0; i < SENDERS; i++)
        pthread_join(senders[i], NULL);
    return 0;
}
