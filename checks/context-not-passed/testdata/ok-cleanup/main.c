// Once the context has ended it would stop the goodbye as well: what cleans up has none, or one of its own.
#include <rh/io.h>

#include "gio_min.h"

struct conn {
    rh_ctx *ctx;
    int fd;
};

static void say(rh_ctx *ctx, struct conn *conn, const char *text, size_t length)
{
    if (rh_write(ctx, conn->fd, text, length, NULL) != RH_OK)
        conn->fd = -1;
}

void conn_serve(struct conn *conn)
{
    char line[128];
    size_t got;
    while (rh_ctx_status(conn->ctx) == RH_OK) {
        if (rh_read(conn->ctx, conn->fd, line, sizeof line, &got) != RH_OK)
            break;
        say(conn->ctx, conn, line, got);
    }
    rh_ctx *goodbye = rh_ctx_with_timeout(NULL, 1000000000);
    say(goodbye, conn, "bye\n", 4);
    rh_ctx_release(goodbye);
}

void conn_abort(struct conn *conn)
{
    rh_ctx_cancel(conn->ctx, 1, "aborted");
    say(NULL, conn, "aborted\n", 8);
}

gboolean copy_or_undo(GInputStream *in, GOutputStream *out, GCancellable *cancellable, GError **error)
{
    char buffer[512];
    long got = g_input_stream_read(in, buffer, sizeof buffer, cancellable, error);
    if (got < 0) {
        g_output_stream_write_all(out, "UNDO", 4, NULL, NULL, NULL);
        return 0;
    }
    /* Closing must not be cancelled: NULL is what the manual advises. */
    g_input_stream_close(in, NULL, NULL);
    gboolean fine = g_output_stream_write_all(out, buffer, (size_t)got, NULL, cancellable, error);
    if (g_cancellable_is_cancelled(cancellable))
        g_output_stream_write_all(out, "UNDO", 4, NULL, NULL, NULL);
    return g_output_stream_close(out, NULL, NULL) && fine;
}

gboolean is_there(GFile *file, GCancellable *cancellable)
{
    return !g_cancellable_is_cancelled(cancellable) && g_file_query_exists(file, NULL);
}
