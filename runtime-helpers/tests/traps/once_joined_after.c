/* The once and the join know of each other: the helper is refused, the join returns, the once is done. */
#include <errno.h>
#include <rh/once.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int refused;
static void initialise(void);

static void *helper(void *arg)
{
    refused = rh_pthread_once(&once, initialise) == EDEADLK;
    return arg;
}

static void initialise(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper, NULL) == 0)
        rh_pthread_join(thread, NULL);
}

int main(void)
{
    alarm(20);
    return rh_pthread_once(&once, initialise) == 0 && refused ? 0 : 1;
}
