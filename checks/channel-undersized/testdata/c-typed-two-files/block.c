#include "verify.h"

static bool checksum_matches(int block)
{
    return block % 13 != 0;
}

void *verify_block(void *arg)
{
    struct verifier *verifier = arg;
    struct verdict verdict = {verifier->block, checksum_matches(verifier->block)};
    if (verdicts_send(verifier->verdicts, verdict) != RH_OK)
        return arg;
    return NULL;
}
