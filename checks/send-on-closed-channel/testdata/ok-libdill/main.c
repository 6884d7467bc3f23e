#include "libdill_min.h"

/* The answer is looked at: a late send is EPIPE and no loss. */
static int offer(int out, int value)
{
    return chsend(out, &value, sizeof value, 0);
}

/* What one end sent last, the other end receives before it sees the end. */
static int drain(int in)
{
    int value, sum = 0;
    while (chrecv(in, &value, sizeof value, -1) == 0)
        sum += value;
    return sum;
}

int main(void)
{
    int ends[2], back = 0;
    if (chmake(ends))
        return 1;
    offer(ends[0], 1);
    chdone(ends[0]);
    int late = offer(ends[0], 2);
    chsend(ends[1], &back, sizeof back, 0); /* the way back is another one */
    int sum = drain(ends[1]);
    hclose(ends[0]);
    hclose(ends[1]);
    return late == 0 || sum == 0;
}
