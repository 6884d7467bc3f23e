#include "glib_min.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORKERS = 4 };

static gpointer work(gpointer data)
{
    printf("%d\n", *(int *)data);
    return data;
}

/* Handles that calls return, put away by a counted index, in pairs, and into memory of their own. */
static void in_array(int *ids)
{
    GThread *threads[WORKERS + 1];
    for (int i = 0; i < WORKERS; i++)
        threads[i] = g_thread_new("worker", work, &ids[i]);
    threads[WORKERS] = g_thread_new("last", work, &ids[0]);
    for (int i = 0; i <= WORKERS; i++)
        g_thread_join(threads[i]);
}

static void in_pairs(int *ids)
{
    GThread *threads[2 * WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        threads[i * 2] = g_thread_new("left", work, &ids[i]);
        threads[i * 2 + 1] = g_thread_new("right", work, &ids[i]);
    }
    for (int i = 0; i < WORKERS; i++) {
        g_thread_join(threads[i * 2]);
        g_thread_join(threads[i * 2 + 1]);
    }
}

static int on_the_heap(int *ids, int count)
{
    GThread **threads = calloc((size_t)count, sizeof *threads);
    if (!threads)
        return -1;
    for (int i = 0; i < count; i++) {
        GThread *thread = g_thread_new("worker", work, &ids[i]);
        threads[i] = thread;
    }
    while (count > 0)
        g_thread_join(threads[--count]);
    free(threads);
    return 0;
}

int main(void)
{
    int ids[WORKERS] = {1, 2, 3, 4};
    in_array(ids);
    in_pairs(ids);
    return on_the_heap(ids, WORKERS);
}
