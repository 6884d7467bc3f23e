/* One token changed: the inner call is refused, with a record, and the initialiser can do without. */
#include <errno.h>
#include <rh/once.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int refused;
static void load_settings(void);

static int setting(void)
{
    if (rh_pthread_once(&once, load_settings) == EDEADLK)
        refused++;
    return 1;
}

static void load_settings(void)
{
    if (setting() == 0)
        _exit(1);
}

int main(void)
{
    alarm(20);
    return setting() == 1 && refused == 1 ? 0 : 1;
}
