#include "dispatch_min.h"

#include <stdio.h>
#include <stdlib.h>

static int parse_port(const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);
    if (*end || port <= 0 || port > 65535) {
        fprintf(stderr, "%s is no port\n", text);
        abort();
    }
    return (int)port;
}

static void probe_all(dispatch_queue_t queue, const char **ports, int count)
{
    for (int i = 0; i < count; i++) {
        const char *text = ports[i];
        dispatch_async(queue, ^{ // expect: spawn-without-recover(fatal)
          printf("%d\n", parse_port(text));
        });
    }
}

/* At once, on this very thread: what it does is the caller's own doing. */
static int parse_in_order(dispatch_queue_t queue, const char *text)
{
    __block int port = 0;
    dispatch_sync(queue, ^{
      port = parse_port(text);
    });
    return port;
}

static void log_later(dispatch_queue_t queue, int port)
{
    dispatch_block_t say = ^{
      printf("at %d\n", port);
    };
    dispatch_async(queue, say);
}

static void check_later(dispatch_queue_t queue, const char *text)
{
    dispatch_block_t check = ^{
      parse_port(text);
    };
    dispatch_async(queue, check); // expect: spawn-without-recover(fatal)
}

int main(int argc, const char **argv)
{
    dispatch_queue_t queue = dispatch_get_global_queue(0, 0);
    if (argc < 2)
        return 1;
    int port = parse_in_order(queue, argv[1]);
    log_later(queue, port);
    check_later(queue, argv[argc - 1]);
    probe_all(queue, argv + 1, argc - 1);
    dispatch_main();
}
