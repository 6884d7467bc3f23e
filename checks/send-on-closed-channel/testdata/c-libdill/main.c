#include "libdill_min.h"

struct sample {
    int channel;
    double value;
};

static void flush(int out, const struct sample *last)
{
    chdone(out);
    chsend(out, last, sizeof *last, -1); // expect: send-on-closed-channel
}

static int pump(int out, const struct sample *samples, int count)
{
    for (int i = 0; i < count - 1; i++)
        if (chsend(out, &samples[i], sizeof samples[i], -1))
            return -1;
    flush(out, &samples[count - 1]);
    return 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    int ends[2];
    struct sample samples[3] = {{1, 0.5}, {1, 0.75}, {2, argc}};
    if (chmake(ends) < 0)
        return 1;
    int status = pump(ends[0], samples, 3);
    hclose(ends[0]);
    hclose(ends[1]);
    return status;
}
