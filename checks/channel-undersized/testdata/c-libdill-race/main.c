#include "libdill_min.h"

#include <stdio.h>
#include <string.h>

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

/* Whichever mirror answers first. */
int fastest(int mirrors)
{
    int answers[2];
    struct answer first;
    if (chmake(answers)) // expect: channel-undersized
        return -1;
    for (int i = 0; i < mirrors; i++)
        go(ask(answers[1], i));
    if (chrecv(answers[0], &first, sizeof first, -1))
        return -1;
    puts(first.text);
    return first.mirror;
}

int main(void)
{
    return fastest(5) < 0;
}
