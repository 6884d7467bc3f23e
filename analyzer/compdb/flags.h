/* What to do with a compiler's flag: flags.def as a lookup. */
#ifndef COMPDB_FLAGS_H
#define COMPDB_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

enum flag_form { FLAG_ALONE, FLAG_JOINED, FLAG_SEPARATE, FLAG_EITHER };

enum flag_action {
    FLAG_KEEP, FLAG_PATH, FLAG_SEARCH, FLAG_DROP,
    FLAG_UNKNOWN,       /* dropped with a note */
    FLAG_TARGET,        /* kept; no need to ask the driver */
    FLAG_STANDARD,      /* kept where clang knows it for this language */
    FLAG_LANGUAGE,      /* -x */
    FLAG_DRIVER_MODE,
    FLAG_XCLANG,        /* only -include survives: plugins and written files don't */
    FLAG_PREPROCESSOR,  /* -Wp,a,b */
    FLAG_XPREPROCESSOR, /* -Xpreprocessor a */
    FLAG_PLAN9,         /* clang has only -fms-extensions for it */
    FLAG_OPENMP, FLAG_MACHINE, FLAG_OUTPUT,
};

struct flag {
    const char *spelling;
    enum flag_form form;
    enum flag_action action;
};

/* The longest spelling that fits `word`; NULL when none does. */
const struct flag *flag_find(const char *word);

/* Does the flag's argument stand in the next word? */
bool flag_takes_next(const struct flag *flag, const char *word);

#endif
