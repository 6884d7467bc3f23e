// The context is a field of what the function works on.
#include "gio_min.h"

struct download {
    GInputStream *from;
    GOutputStream *to;
    GCancellable *cancel;
    size_t done;
};

gboolean download_step(struct download *download, GError **error)
{
    char chunk[1024];
    long got = g_input_stream_read(download->from, chunk, sizeof chunk, NULL, error); // expect: context-not-passed
    if (got <= 0)
        return 0;
    download->done += (size_t)got;
    return g_output_stream_write_all(download->to, chunk, (size_t)got, NULL, download->cancel, error);
}
