/* The part of glib.h that the test needs; g_error and g_warning are g_log of one level. */
#include <stddef.h>
typedef void *gpointer;
typedef struct _GThread GThread;
typedef struct _GThreadPool GThreadPool;
typedef struct _GError GError;
typedef gpointer (*GThreadFunc)(gpointer data);
typedef void (*GFunc)(gpointer data, gpointer user_data);
typedef enum { G_LOG_LEVEL_ERROR = 1 << 2, G_LOG_LEVEL_WARNING = 1 << 4 } GLogLevelFlags;
void g_log(const char *domain, GLogLevelFlags level, const char *format, ...);
#define g_error(...)                                   \
    do {                                               \
        g_log("test", G_LOG_LEVEL_ERROR, __VA_ARGS__); \
        for (;;)                                       \
            ;                                          \
    } while (0)
#define g_warning(...) g_log("test", G_LOG_LEVEL_WARNING, __VA_ARGS__)
GThread *g_thread_new(const char *name, GThreadFunc function, gpointer data);
gpointer g_thread_join(GThread *thread);
GThreadPool *g_thread_pool_new(GFunc function, gpointer user_data, int most, int exclusive, GError **error);
int g_thread_pool_push(GThreadPool *pool, gpointer data, GError **error);
void g_thread_pool_free(GThreadPool *pool, int immediate, int wait);
