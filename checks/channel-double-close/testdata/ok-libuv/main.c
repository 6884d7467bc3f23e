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
