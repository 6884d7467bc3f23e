/* rh/glib.h: drop-ins for GLib's threads.  Needs GLib's headers and library; this library itself does not.
 *
 * A panic in the thread ends it with the result RH_PANICKED; its record is written when it happens.
 */
#ifndef RH_GLIB_H
#define RH_GLIB_H

#include <glib.h>

#include <rh/spawn.h>

/* Drop-in for g_thread_try_new: NULL and *error where the thread could not be started. */
static inline GThread *rh_g_thread_try_new(const gchar *name, GThreadFunc func, gpointer data, GError **error)
{
    void *entry = rh_entry_new(func, data, __builtin_return_address(0));
    GThread *thread = entry ? g_thread_try_new(name, rh_entry_run, entry, error) : NULL;
    if (!entry)
        g_set_error_literal(error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no memory to start a thread");
    else if (!thread)
        rh_entry_free(entry);
    return thread;
}

/* Drop-in for g_thread_new, which ends the process where the thread can't be started; so does this. */
static inline GThread *rh_g_thread_new(const gchar *name, GThreadFunc func, gpointer data)
{
    GError *error = NULL;
    GThread *thread = rh_g_thread_try_new(name, func, data, &error);
    if (!thread)
        g_error("creating thread '%s': %s", name ? name : "", error->message);
    return thread;
}

#endif
