/* Models as text: what a file of them declares, for who writes one. */
#include "facts/model.h"

static const char *const position_keys[] = {
#define POSITION(NAME, key) key,
#include "facts/roles.def"
};
static const char *const when_texts[] = {
#define WHEN(NAME, text) text,
#include "facts/roles.def"
};

static void print_position(struct buf *out, const char *key, int at, bool is_first)
{
    buf_printf(out, "%s%s ", is_first ? "" : ", ", key);
    if (at < 0)
        buf_text(out, at == AT_THIS ? "this" : "result");
    else
        buf_printf(out, "%d", at);
}

static void print_word(struct buf *out, bool *is_first, const char *key, const char *text)
{
    if (!text)
        return;
    buf_printf(out, "%s%s%s%s", *is_first ? "" : ", ", key, *key ? " " : "", text);
    *is_first = false;
}

static void print_role(struct buf *out, const struct role *role)
{
    bool is_first = true;
    buf_printf(out, "%s", role_kind_text(role->kind));
    size_t start = out->count;
    buf_text(out, " (");
    for (int i = 0; i < POS_COUNT; i++)
        if (role->at[i]) {
            print_position(out, position_keys[i], role->at[i], is_first);
            is_first = false;
        }
    print_word(out, &is_first, "class", role->class_);
    print_word(out, &is_first, "task", role->task);
    print_word(out, &is_first, "when", role->kind == ROLE_CALLS ? when_texts[role->when] : NULL);
    print_word(out, &is_first, "", role->by_pointer ? "by-pointer" : NULL);
    print_word(out, &is_first, "", role->close_safe ? "close-safe" : NULL);
    print_word(out, &is_first, "", role->detached ? "detached" : NULL);
    for (uint32_t i = 0; i < role->type_count; i++)
        print_word(out, &is_first, "", role->types[i]);
    if (is_first)
        out->count = start;
    else
        buf_char(out, ')');
}

static void print_condition(struct buf *out, const char *key, const char *text)
{
    if (text)
        buf_printf(out, " [%s: %s]", key, text);
}

static void print_conditions(struct buf *out, const struct model_function *function)
{
    if (function->param_count >= 0 && !function->params)
        buf_printf(out, " [params: %d]", function->param_count);
    for (int i = 0; function->params && i < function->param_count; i++)
        buf_printf(out, "%s%s%s", i ? ", " : " [params: ", function->params[i], i + 1 < function->param_count ? "" : "]");
    print_condition(out, "class", function->class_);
    print_condition(out, "returns", function->returns);
    print_condition(out, "has-param", function->has_param);
}

void model_print(struct buf *out, const struct model_function *function)
{
    buf_text(out, function->name);
    print_conditions(out, function);
    for (uint32_t i = 0; i < function->role_count; i++) {
        buf_text(out, i ? ", " : ": ");
        print_role(out, &function->roles[i]);
    }
    if (function->fix)
        buf_printf(out, "; fix: %s of %s", function->fix->to, function->fix->header);
}
