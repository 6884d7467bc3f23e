#include "glib_min.h"

#include <stdio.h>

static gpointer load(gpointer data)
{
    FILE *file = fopen(data, "r");
    if (!file)
        g_error("%s can't be read", (char *)data);
    fclose(file);
    return data;
}

static gpointer try_to_load(gpointer data)
{
    FILE *file = fopen(data, "r");
    if (!file) {
        g_warning("%s can't be read", (char *)data);
        return NULL;
    }
    fclose(file);
    return data;
}

static void load_one(gpointer data, gpointer user_data)
{
    (void)user_data;
    load(data);
}

int main(int argc, char **argv)
{
    GThread *sure = g_thread_new("load", load, argv[argc - 1]); // expect: spawn-without-recover(fatal)
    GThread *careful = g_thread_new("try", try_to_load, argv[argc - 1]);
    GThreadPool *pool = g_thread_pool_new(load_one, NULL, 4, 0, NULL); // expect: spawn-without-recover(fatal)
    for (int i = 1; i < argc; i++)
        g_thread_pool_push(pool, argv[i], NULL);
    g_thread_pool_free(pool, 0, 1);
    g_thread_join(careful);
    g_thread_join(sure);
    return 0;
}
