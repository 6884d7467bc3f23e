/* An initialiser that starts a thread which needs what is being initialised, and waits for the thread: neither ever
 * gets on.  alarm() ends what would hang. */
#include <pthread.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialise(void);

static void *helper(void *arg)
{
    pthread_once(&once, initialise);
    return arg;
}

static void initialise(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper, NULL) == 0)
        pthread_join(thread, NULL);
}

int main(void)
{
    alarm(2);
    pthread_once(&once, initialise);
    return 0;
}
