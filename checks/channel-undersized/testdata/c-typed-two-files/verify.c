#include "verify.h"

#include <pthread.h>
#include <stdio.h>

bool verify(struct verifier *verifiers, int blocks)
{
    struct verdicts verdicts = verdicts_new(0); // expect: channel-undersized
    for (int i = 0; i < blocks; i++) {
        pthread_t thread;
        verifiers[i] = (struct verifier){verdicts, i};
        if (pthread_create(&thread, NULL, verify_block, &verifiers[i]) != 0)
            return false;
        pthread_detach(thread);
    }
    for (int i = 0; i < blocks; i++) {
        struct verdict verdict;
        if (verdicts_recv(verdicts, &verdict) != RH_OK)
            return false;
        if (!verdict.good) {
            fprintf(stderr, "block %d is damaged\n", verdict.block);
            return false;
        }
    }
    verdicts_release(verdicts);
    return true;
}

int main(void)
{
    static struct verifier verifiers[64];
    return !verify(verifiers, 64);
}
