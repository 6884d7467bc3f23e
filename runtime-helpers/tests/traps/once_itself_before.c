/* An initialiser that needs what it initialises, three calls further down: pthread_once waits for itself, for ever.
 * alarm() ends what would hang. */
#include <pthread.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void load_settings(void);

static int setting(void)
{
    pthread_once(&once, load_settings);
    return 1;
}

static void load_settings(void)
{
    if (setting() == 0) /* "which log level are we to use while we load the log level?" */
        _exit(1);
}

int main(void)
{
    alarm(2);
    return setting() == 1 ? 0 : 1;
}
