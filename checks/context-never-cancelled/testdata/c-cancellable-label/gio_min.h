// What the program needs of GIO.
#ifndef GIO_MIN_H
#define GIO_MIN_H
#include <stddef.h>
typedef int gboolean;
typedef void *gpointer;
typedef struct _GError GError;
typedef struct _GCancellable GCancellable;
typedef struct _GInputStream GInputStream;
GCancellable *g_cancellable_new(void);
void g_cancellable_cancel(GCancellable *cancellable);
long g_input_stream_read(GInputStream *stream, void *buffer, size_t count, GCancellable *cancellable, GError **error);
gboolean g_input_stream_close(GInputStream *stream, GCancellable *cancellable, GError **error);
void g_object_unref(gpointer object);
void g_error_free(GError *error);
#endif
