#include <unistd.h>

int main(void)
{
    int ends[2], copy;
    if (pipe(ends))
        return 1;
    copy = dup(ends[1]);
    close(ends[1]);
    return write(copy, "x", 1) == 1;
}
