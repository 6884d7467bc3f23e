#include "sqlite_min.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct totals {
    long rows, bytes;
};

static int count_row(void *arg, int columns, char **values, char **names)
{
    struct totals *totals = arg;
    (void)names;
    if (columns != 2) {
        fprintf(stderr, "%d columns\n", columns);
        exit(3);
    }
    totals->rows++;
    totals->bytes += strtol(values[1], NULL, 10);
    return 0;
}

/* sqlite3_exec calls back before it returns, on the thread that called it. */
static void *survey(void *arg)
{
    struct totals totals = {0, 0};
    if (sqlite3_exec(arg, "select name, size from files", count_row, &totals, NULL))
        return NULL;
    printf("%ld rows, %ld bytes\n", totals.rows, totals.bytes);
    return NULL;
}

static int skip_row(void *arg, int columns, char **values, char **names)
{
    (void)arg, (void)columns, (void)values, (void)names;
    return 1;
}

static void *probe(void *arg)
{
    return sqlite3_exec(arg, "select 1", skip_row, NULL, NULL) ? NULL : arg;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    pthread_t threads[2];
    if (sqlite3_open(argv[argc - 1], &db))
        return 1;
    if (pthread_create(&threads[0], NULL, survey, db)) // expect: spawn-without-recover(fatal)
        return 1;
    if (pthread_create(&threads[1], NULL, probe, db) == 0)
        pthread_join(threads[1], NULL);
    pthread_join(threads[0], NULL);
    return sqlite3_close(db);
}
