#include "gio_min.h"

static long read_some(GInputStream *stream, void *buffer, unsigned long size, GCancellable *cancellable)
{
    return g_input_stream_read(stream, buffer, size, cancellable, 0);
}

long drain(GInputStream *stream, GCancellable *cancellable)
{
    char buffer[128];
    return read_some(stream, buffer, sizeof buffer, cancellable);
}
