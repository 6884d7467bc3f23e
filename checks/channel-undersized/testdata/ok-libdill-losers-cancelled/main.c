#include "libdill_min.h"

#include <stdio.h>
#include <string.h>

enum { MIRRORS = 5 };

struct answer {
    int mirror;
    char text[60];
};

coroutine static void ask(int answers, int mirror)
{
    struct answer answer = {.mirror = mirror};
    snprintf(answer.text, sizeof answer.text, "mirror %d is up", mirror);
    chsend(answers, &answer, sizeof answer, -1);
}

/* Whichever mirror answers first; the others are cancelled in their send. */
int fastest(void)
{
    int answers[2], asking[MIRRORS];
    struct answer first;
    if (chmake(answers))
        return -1;
    for (int i = 0; i < MIRRORS; i++)
        asking[i] = go(ask(answers[1], i));
    int failed = chrecv(answers[0], &first, sizeof first, -1);
    for (int i = 0; i < MIRRORS; i++)
        hclose(asking[i]);
    hclose(answers[0]);
    hclose(answers[1]);
    return failed ? -1 : first.mirror;
}

int main(void)
{
    return fastest() < 0;
}
