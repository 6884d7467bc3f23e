#include "registry.h"

#include "crypto_min.h"
#include "defaults.h"

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static const char *names[16];
static int count;

static void fill(void)
{
    defaults_register(); // expect: reentrant-once
}

int registry_add(const char *name)
{
    if (!CRYPTO_THREAD_run_once(&once, fill) || count == 16) // expect: reentrant-once
        return 0;
    names[count++] = name;
    return 1;
}

int registry_count(void)
{
    return CRYPTO_THREAD_run_once(&once, fill) ? count : 0;
}
