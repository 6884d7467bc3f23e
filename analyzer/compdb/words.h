/* Command lines as words: a shell's quoting, and the response files (`@file`) of gcc and clang. */
#ifndef COMPDB_WORDS_H
#define COMPDB_WORDS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"

struct words {
    VEC(const char *) list;
};

/* As a POSIX shell without expansions splits `text`.  False and a sentence for an open quote. */
bool words_split_shell(struct arena *arena, const char *text, struct words *out, struct err *err);

/* As gcc reads a response file: white space separates, both quotes quote, a backslash takes the next character. */
void words_split_response(struct arena *arena, const char *text, struct words *out);

/* `in` with each @file replaced by its words, nested ones too.  Relative names are `directory`'s.  One that can't be
 * read is left out and named in `missing`.  False and a sentence where nesting or size passes a bound. */
bool words_expand(struct arena *arena, const char *directory, const struct words *in, struct words *out,
                  struct words *missing, struct err *err);

#endif
