#include "uv_min.h"

#include <stdlib.h>

static void freed(uv_handle_t *handle)
{
    free(handle);
}

static void close_once(uv_stream_t *stream)
{
    if (!uv_is_closing((uv_handle_t *)stream))
        uv_close((uv_handle_t *)stream, freed);
}

static int answer(uv_stream_t *stream, uv_write_t *request, uv_buf_t *text)
{
    int status = uv_write(request, stream, text, 1, 0);
    if (status)
        uv_close((uv_handle_t *)stream, freed);
    return status;
}

/* Whoever comes later asks first. */
int serve(uv_stream_t *stream, uv_write_t *request, uv_buf_t *text)
{
    int status = answer(stream, request, text);
    if (status && !uv_is_closing((uv_handle_t *)stream))
        uv_close((uv_handle_t *)stream, freed);
    close_once(stream);
    return status;
}

/* An init makes a new handle of a closed one. */
void watch_again(uv_loop_t *loop, uv_timer_t *timer, uv_async_t *wake, uv_async_cb woken)
{
    for (int i = 0; i < 3; i++) {
        uv_timer_init(loop, timer);
        uv_close((uv_handle_t *)timer, 0);
        uv_run(loop, 0);
    }
    uv_async_init(loop, wake, woken);
    uv_close((uv_handle_t *)wake, 0);
    uv_run(loop, 0);
    uv_async_init(loop, wake, woken);
    uv_close((uv_handle_t *)wake, 0);
}
