// The label for "nothing was read" stands behind the unref.
#include "gio_min.h"

int read_header(GInputStream *stream, unsigned char *header)
{
    GError *error = NULL;
    int result = -1;
    GCancellable *cancellable = g_cancellable_new(); // expect: context-never-cancelled
    long got = g_input_stream_read(stream, header, 8, cancellable, &error);
    if (got < 0)
        goto failed;
    result = got == 8 ? 0 : 1;
    g_object_unref(cancellable);
    return result;
failed:
    g_error_free(error);
    return result; // related: context-never-cancelled
}
