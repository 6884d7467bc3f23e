#include "sensor.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why)
{
    fprintf(stderr, "sensor: %s\n", why);
    exit(3);
}

static int digit(char c)
{
    if (!isdigit((unsigned char)c))
        fail("damaged reading");
    return c - '0';
}

static int decode(const char *text)
{
    int value = 0;

    for (; *text != '\0'; text++)
        if (*text != '.')
            value = value * 10 + digit(*text);
    return value;
}

int sensor_read(const char *reading)
{
    return decode(reading);
}
