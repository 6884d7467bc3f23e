// What the program needs of GIO.
#ifndef GIO_MIN_H
#define GIO_MIN_H
#include <stddef.h>
typedef int gboolean;
typedef void *gpointer;
typedef struct _GError GError;
typedef struct _GFile GFile;
typedef struct _GCancellable GCancellable;
typedef struct _GInputStream GInputStream;
typedef struct _GOutputStream GOutputStream;
typedef struct _GSocketClient GSocketClient;
typedef struct _GSocketConnection GSocketConnection;
GCancellable *g_cancellable_new(void);
void g_cancellable_cancel(GCancellable *cancellable);
gboolean g_cancellable_is_cancelled(GCancellable *cancellable);
gboolean g_cancellable_set_error_if_cancelled(GCancellable *cancellable, GError **error);
void g_object_unref(gpointer object);
long g_input_stream_read(GInputStream *stream, void *buffer, size_t count, GCancellable *cancellable, GError **error);
gboolean g_input_stream_close(GInputStream *stream, GCancellable *cancellable, GError **error);
gboolean g_output_stream_write_all(GOutputStream *stream, const void *buffer, size_t count, size_t *written,
                                   GCancellable *cancellable, GError **error);
gboolean g_output_stream_close(GOutputStream *stream, GCancellable *cancellable, GError **error);
gboolean g_file_query_exists(GFile *file, GCancellable *cancellable);
GSocketConnection *g_socket_client_connect_to_host(GSocketClient *client, const char *host, unsigned short port,
                                                   GCancellable *cancellable, GError **error);
#endif
