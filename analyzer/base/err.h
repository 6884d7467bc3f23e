/* Errors travel up as a finished sentence; only cli/ prints.
 *
 * An outside failure fills `struct err` and returns its code; a broken invariant of ours calls BUG().
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,    /* the user's command line or configuration: exit 2 */
    ERR_INPUT,    /* an input file is missing, unreadable or not what it should be */
    ERR_IO,       /* the system refused: disk full, permission, ... */
    ERR_LIMIT,    /* a bound of ours was hit */
    ERR_CANCELLED /* interrupted */
};

struct err {
    enum err_code code;
    char text[1024]; /* one sentence that says what to do, without newline */
};

/* Fills `err` (which may be NULL) and returns `code`, so that `return err_set(...)` reads well. */
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the sentence that is there. */
void err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

_Noreturn void err_bug(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define BUG(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
