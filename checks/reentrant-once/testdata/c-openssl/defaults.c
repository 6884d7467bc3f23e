#include "defaults.h"

#include "crypto_min.h"
#include "registry.h"

static CRYPTO_ONCE ready_once = CRYPTO_ONCE_STATIC_INIT;
static int ready;

void defaults_register(void)
{
    registry_add("sha256");
    registry_add("sha512");
}

static void get_ready(void)
{
    ready = registry_count() > 0; /* one after the other, never back */
}

int defaults_ready(void)
{
    return CRYPTO_THREAD_run_once(&ready_once, get_ready) && ready;
}

int main(void)
{
    return !defaults_ready();
}
