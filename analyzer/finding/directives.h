/* What suppress.h describes, as read from one file's comments: which check is silent on which lines, and what
 * is wrong with what was written.
 */
#ifndef FINDING_DIRECTIVES_H
#define FINDING_DIRECTIVES_H

#include "finding/suppress.h"

struct silence {
    const char *check;    /* id; NULL: spawnlint-detached */
    const char *reason;   /* may be empty */
    const char *written;  /* the directive's name, for messages */
    uint32_t first, last; /* lines */
    struct place place;   /* of the directive */
    bool used;
};

struct directive_error {
    struct place place;
    const char *text;
};

struct directives {
    VEC(struct silence) silences;
    VEC(struct directive_error) errors;
};

void directives_read(struct arena *arena, const struct source *source, const struct suppress_options *options,
                     struct directives *out);

#endif
