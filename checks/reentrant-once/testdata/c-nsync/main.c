#include "nsync_min.h"

#include <stdio.h>
#include <stdlib.h>

static nsync_once tables_once, names_once;
static unsigned char upper[256];
static const char *names[2];

static void make_tables(void);

static unsigned char to_upper(unsigned char c)
{
    nsync_run_once(&tables_once, make_tables);
    return upper[c];
}

static void make_tables(void)
{
    for (int i = 0; i < 256; i++)
        upper[i] = (unsigned char)(i >= 'a' && i <= 'z' ? i - 32 : i);
    upper[0] = to_upper(255); // expect: reentrant-once
}

/* Another control: what it needs is made before. */
static void make_names(void)
{
    names[0] = to_upper('a') == 'A' ? "upper" : "lower";
}

int main(void)
{
    nsync_run_once(&names_once, make_names);
    puts(names[0]);
    return to_upper('b') != 'B';
}
