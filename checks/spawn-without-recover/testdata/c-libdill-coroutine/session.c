#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void answer(int connection, const char *line)
{
    char *copy = strdup(line);
    if (!copy) {
        fputs("out of memory\n", stderr);
        exit(1); /* one client too many takes all of them down */
    }
    bsend(connection, copy, strlen(copy), -1);
    free(copy);
}

coroutine void session_run(int connection)
{
    char line[128] = "";
    while (brecv(connection, line, sizeof line - 1, -1) == 0)
        answer(connection, line);
    tcp_close(connection, -1);
}

coroutine void session_report(int every)
{
    for (int i = 0; i < 3; i++)
        printf("report %d\n", i * every);
}
