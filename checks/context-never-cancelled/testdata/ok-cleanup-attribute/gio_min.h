// What the program needs of GIO, with g_autoptr as GLib makes it.
#ifndef GIO_MIN_H
#define GIO_MIN_H
#include <stddef.h>
typedef int gboolean;
typedef void *gpointer;
typedef struct _GError GError;
typedef struct _GCancellable GCancellable;
typedef struct _GInputStream GInputStream;
GCancellable *g_cancellable_new(void);
long g_input_stream_read(GInputStream *stream, void *buffer, size_t count, GCancellable *cancellable, GError **error);
void g_object_unref(gpointer object);
static inline void glib_autoptr_cleanup_GCancellable(GCancellable **at)
{
    if (*at)
        (g_object_unref)(*at);
}
#define g_autoptr(Type) __attribute__((cleanup(glib_autoptr_cleanup_##Type))) Type *
#define g_clear_pointer(pp, destroy)                                                                                      \
    do {                                                                                                                  \
        __typeof__((pp)) _pp = (pp);                                                                                      \
        __typeof__(*(pp)) _ptr = *_pp;                                                                                    \
        *_pp = NULL;                                                                                                      \
        if (_ptr)                                                                                                         \
            (destroy)(_ptr);                                                                                              \
    } while (0)
#define g_clear_object(at) g_clear_pointer((at), g_object_unref)
#endif
