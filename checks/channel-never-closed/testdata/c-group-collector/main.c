#include <stdio.h>

#include <rh/channel.h>
#include <rh/group.h>

static rh_chan *sizes;

static rh_error *total(rh_ctx *ctx, void *arg)
{
    size_t *sum = arg;
    (void)ctx;
    RH_CHAN_EACH(size_t, size, sizes) // expect: channel-never-closed
    *sum += size;
    return NULL;
}

static rh_error *measure(rh_ctx *ctx, void *arg)
{
    FILE *file = fopen(arg, "rb");
    (void)ctx;
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    fclose(file);
    (void)rh_chan_send(sizes, &size);
    return NULL;
}

int main(int argc, char **argv)
{
    size_t sum = 0;
    sizes = rh_chan_new(8, sizeof(size_t));
    rh_group *readers = rh_group_new(NULL, 4), *adder = rh_group_new(NULL, 0);
    rh_group_go(adder, total, &sum);
    for (int i = 1; i < argc; i++)
        rh_group_go(readers, measure, argv[i]);
    if (rh_group_wait(readers) != RH_OK || rh_group_wait(adder) != RH_OK)
        return 1;
    rh_chan_close(sizes);
    printf("%zu\n", sum);
    return 0;
}
