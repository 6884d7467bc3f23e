#pragma once
typedef struct _GCancellable GCancellable;
typedef struct _GInputStream GInputStream;
typedef struct _GError GError;
long g_input_stream_read(GInputStream *stream, void *buffer, unsigned long count, GCancellable *cancellable, GError **error);
int g_cancellable_is_cancelled(GCancellable *cancellable);
