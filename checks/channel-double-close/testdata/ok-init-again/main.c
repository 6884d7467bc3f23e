#include "uv_min.h"

struct peer {
    uv_tcp_t stream;
    int rounds;
};

static void start(uv_loop_t *loop, struct peer *peer)
{
    peer->rounds++;
    uv_tcp_init(loop, &peer->stream);
}

/* A handle that was closed is initialised anew, and closed anew. */
void run_twice(uv_loop_t *loop)
{
    struct peer peers[2] = {{{0}, 0}, {{0}, 0}};
    start(loop, peers + 0);
    start(loop, peers + 1);
    uv_close((uv_handle_t *)&peers[1].stream, 0);
    start(loop, peers + 1);
    uv_close((uv_handle_t *)&peers[0].stream, 0);
    uv_close((uv_handle_t *)&peers[1].stream, 0);
}
