#include "gio_min.h"

long drain(GInputStream *stream, GCancellable *cancellable)
{
    char buffer[128];
    long total = 0, n = 1;
    while (n > 0 && !g_cancellable_is_cancelled(cancellable)) {
        n = g_input_stream_read(stream, buffer, sizeof buffer, 0, 0); // expect: context-not-passed
        total += n;
    }
    return total;
}
