/* The read takes the context and ends with it. */
#include <rh/io.h>

#include <pthread.h>
#include <unistd.h>

static int descriptor[2];

static void *reads(void *ctx)
{
    char byte;
    rh_status status;
    while ((status = rh_read(ctx, descriptor[0], &byte, 1, NULL)) == RH_OK)
        continue;
    return status == RH_CANCELLED ? ctx : NULL;
}

int main(void)
{
    pthread_t reader;
    void *result = NULL;
    alarm(20);
    rh_ctx *ctx = rh_ctx_new(NULL);
    if (!ctx || pipe(descriptor) != 0 || pthread_create(&reader, NULL, reads, ctx) != 0)
        return 1;
    usleep(20000);
    rh_ctx_cancel(ctx, 0, "stop");
    pthread_join(reader, &result);
    rh_ctx_release(ctx);
    return result ? 0 : 1;
}
