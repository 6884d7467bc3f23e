/* A recover handler runs isolated: what it does wrong is recorded, and over. */
#include <rh/panic.h>

static void work(void *arg)
{
    rh_panic(1, "work failed %p", arg);
}

static void handler(const rh_panic_record *record, void *arg)
{
    (void)record;
    work(arg); /* "log the error": fails in the same way */
}

int main(void)
{
    const rh_try_options options = {.handler = handler};
    return rh_try_with(&options, work, NULL, NULL) == RH_PANIC ? 0 : 1;
}
