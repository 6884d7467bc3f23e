#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends))
        return 1;
    close(ends[1]);
    return write(ends[1], "x", 1) == 1; // expect: send-on-closed-channel
}
