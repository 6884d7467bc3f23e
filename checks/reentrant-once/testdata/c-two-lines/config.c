#include "config.h"

#include <pthread.h>

pthread_once_t config_once = PTHREAD_ONCE_INIT;

static void load(void)
{
    log_line("loading");
}

void config_load(void)
{
    pthread_once(&config_once, load);
}
