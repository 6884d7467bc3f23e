/* The part of glib-unix.h that the test needs. */
typedef int gboolean;
typedef struct _GError GError;
gboolean g_unix_open_pipe(int *fds, int flags, GError **error);
void g_error_free(GError *error);
