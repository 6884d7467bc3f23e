// The read hears of the cancellation, the connect and the write do not.
#include "gio_min.h"

GSocketConnection *dial(GSocketClient *client, const char *host, GCancellable *cancellable, GError **error)
{
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    return g_socket_client_connect_to_host(client, host, 443, NULL, error); // expect: context-not-passed(argument)
}

gboolean copy(GInputStream *in, GOutputStream *out, GCancellable *cancellable, GError **error)
{
    char buffer[4096];
    long got;
    while ((got = g_input_stream_read(in, buffer, sizeof buffer, cancellable, error)) > 0)
        if (!g_output_stream_write_all(out, buffer, (size_t)got, NULL, /* all of it */
                                       NULL, // expect: context-not-passed
                                       error))
            return 0;
    return got == 0;
}
