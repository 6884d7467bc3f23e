#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends))
        return 1;
    close(ends[0]);
    close(ends[1]);
    close(ends[0]); // expect: channel-double-close
    return 0;
}
