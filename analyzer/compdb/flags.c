#include "compdb/flags.h"

#include <string.h>

static const struct flag flags[] = {
#define FLAG(spelling, form, action) {spelling, FLAG_##form, FLAG_##action},
#include "compdb/flags.def"
#undef FLAG
};

static bool fits(const struct flag *flag, const char *word, size_t length)
{
    bool exact = !word[length];
    return flag->form == FLAG_EITHER || (flag->form == FLAG_JOINED ? true : exact);
}

const struct flag *flag_find(const char *word)
{
    const struct flag *best = NULL;
    size_t best_length = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].spelling[1] != word[1]) /* huge databases hold millions of flags */
            continue;
        size_t length = strlen(flags[i].spelling);
        if (length > best_length && !strncmp(word, flags[i].spelling, length) && fits(&flags[i], word, length)) {
            best = &flags[i];
            best_length = length;
        }
    }
    return best;
}

bool flag_takes_next(const struct flag *flag, const char *word)
{
    bool exact = !word[strlen(flag->spelling)];
    return flag->form == FLAG_SEPARATE || (flag->form == FLAG_EITHER && exact);
}
