/* The part of glib.h that the test needs. */
#pragma once
typedef void *gpointer;
typedef struct _GThread GThread;
typedef gpointer (*GThreadFunc)(gpointer data);
GThread *g_thread_new(const char *name, GThreadFunc func, gpointer data);
gpointer g_thread_join(GThread *thread);
void g_thread_unref(GThread *thread);
