#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;

static void drop(void *value)
{
    if (!value)
        abort();
    free(value);
}

int main(void)
{
    return pthread_key_create(&key, drop); // expect: panic-in-cleanup
}
