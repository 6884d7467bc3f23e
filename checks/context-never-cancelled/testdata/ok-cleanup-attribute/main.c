#include "gio_min.h"

int peek(GInputStream *stream)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    char byte;
    if (g_input_stream_read(stream, &byte, 1, cancellable, NULL) < 1)
        return -1;
    return byte;
}

int peek_twice(GInputStream *stream)
{
    GCancellable *cancellable = g_cancellable_new();
    char bytes[2];
    long got = g_input_stream_read(stream, bytes, 2, cancellable, NULL);
    g_clear_object(&cancellable);
    return got < 2 ? -1 : bytes[0] + bytes[1];
}
