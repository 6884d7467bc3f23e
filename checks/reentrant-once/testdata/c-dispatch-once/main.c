#include "dispatch_min.h"

#include <stdio.h>
#include <stdlib.h>

struct settings {
    const char *home;
    int verbose;
};

static const struct settings *settings(void);

static void say(const char *text)
{
    if (settings()->verbose)
        puts(text);
}

static const struct settings *settings(void)
{
    static struct settings shared;
    static dispatch_once_t once;
    dispatch_once(&once, ^{
      shared.home = getenv("HOME");
      if (!shared.home)
          say("there is no home"); // expect: reentrant-once
    });
    return &shared;
}

/* Another control, and a block that comes back to nothing. */
static int cores(void)
{
    static int count;
    static dispatch_once_t counted;
    dispatch_once(&counted, ^{
      count = settings()->verbose ? 1 : 4;
    });
    return count;
}

int main(void)
{
    say("hello");
    return cores() == 0;
}
