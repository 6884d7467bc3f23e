#include "libdill_min.h"

#include <stdio.h>

struct line {
    char text[72];
    int number;
};

coroutine static void print(int lines, int finished)
{
    struct line line;
    while (chrecv(lines, &line, sizeof line, -1) == 0)
        printf("%3d %s\n", line.number, line.text);
    chsend(finished, &line.number, sizeof line.number, -1);
}

int main(void)
{
    int lines[2], finished[2], last;
    if (chmake(lines) || chmake(finished))
        return 1;
    int printer = go(print(lines[1], finished[1]));
    struct line line = {.number = 1};
    while (fgets(line.text, sizeof line.text, stdin)) {
        if (chsend(lines[0], &line, sizeof line, -1))
            break;
        line.number++;
    }
    chdone(lines[0]);
    chrecv(finished[0], &last, sizeof last, -1);
    printf("%d lines\n", last);
    return printer < 0;
}
