#include "uv_min.h"

#include <stdlib.h>

struct client {
    uv_tcp_t stream;
    uv_write_t write;
    char greeting[32];
};

static void freed(uv_handle_t *handle)
{
    free(handle->data);
}

static void wrote(uv_write_t *request, int status)
{
    struct client *client = request->data;
    if (status && !uv_is_closing((uv_handle_t *)&client->stream))
        uv_close((uv_handle_t *)&client->stream, freed);
}

static int greet(struct client *client)
{
    uv_buf_t text = {client->greeting, sizeof client->greeting};
    client->write.data = client;
    int status = uv_write(&client->write, (uv_stream_t *)&client->stream, &text, 1, wrote);
    if (status)
        uv_close((uv_handle_t *)&client->stream, freed);
    return status;
}

void on_connection(uv_stream_t *server, int status)
{
    struct client *client = status ? 0 : calloc(1, sizeof *client);
    if (!client)
        return;
    client->stream.data = client;
    uv_tcp_init(server->loop, &client->stream);
    if (uv_accept(server, (uv_stream_t *)&client->stream)) {
        uv_close((uv_handle_t *)&client->stream, freed);
        return;
    }
    if (greet(client))
        uv_close((uv_handle_t *)&client->stream, freed); // expect: channel-double-close
}
