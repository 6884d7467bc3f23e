#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

static int drain(int fd, const atomic_bool *cancelled)
{
    char byte;
    int count = 0;
    while (!atomic_load(cancelled) && read(fd, &byte, 1) == 1) // expect: blocking-ignores-context
        count++;
    return count;
}

int main(void)
{
    atomic_bool cancelled = false;
    int ends[2];
    if (pipe(ends))
        return 1;
    return drain(ends[0], &cancelled);
}
