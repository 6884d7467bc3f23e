#include <rh/channel.h>
#include <stdbool.h>

struct verdict {
    int block;
    bool good;
};

RH_CHAN_DEFINE(verdicts, struct verdict);

struct verifier {
    struct verdicts verdicts;
    int block;
};

void *verify_block(void *arg);
bool verify(struct verifier *verifiers, int blocks);
