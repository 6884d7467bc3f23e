/* The part of sqlite3.h that the test needs. */
typedef struct sqlite3 sqlite3;
int sqlite3_open(const char *path, sqlite3 **db);
int sqlite3_exec(sqlite3 *db, const char *sql, int (*callback)(void *, int, char **, char **), void *arg, char **error);
int sqlite3_busy_handler(sqlite3 *db, int (*handler)(void *, int), void *arg);
int sqlite3_close(sqlite3 *db);
