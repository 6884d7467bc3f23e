#include "config.h"

#include <stdio.h>

static int level;

static void pick_level(void)
{
    level = 2;
}

void log_line(const char *text)
{
    pthread_once(&config_once, pick_level); // expect: reentrant-once
    if (level > 1)
        puts(text);
}

int main(void)
{
    config_load();
    return 0;
}
