#include "gio_min.h"

long drain(GInputStream *stream)
{
    char buffer[128];
    return g_input_stream_read(stream, buffer, sizeof buffer, 0, 0);
}
