#include "flow/panic.h"

const char *panic_kind_text(enum panic_kind kind)
{
    static const char *const texts[] = {
#define KIND(NAME, text) text,
#include "flow/panic_kinds.def"
#undef KIND
        "unknown"};
    return texts[kind];
}
