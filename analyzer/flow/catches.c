/* Does a handler of one type catch an exception of another?  [except.handle] in the C++ standard. */
#include <string.h>

#include "flow/panic.h"

enum { MOST_BASES = 256 };

/* 1: `derived` is `base` or publicly derives from it; -1: a base is not known. */
static int derives(const struct ir_module *module, ir_class_id derived, ir_class_id base)
{
    ir_class_id queue[MOST_BASES];
    uint32_t count = 1;
    int answer = 0;
    queue[0] = derived;
    for (uint32_t at = 0; at < count; at++) {
        const struct ir_class *class_ = &module->classes.data[queue[at]];
        if (queue[at] == base)
            return 1;
        if (class_->flags & CLASS_UNKNOWN_BASE || !(class_->flags & CLASS_COMPLETE))
            answer = -1;
        for (uint32_t i = 0; i < class_->bases.count && count < MOST_BASES; i++)
            if (!(class_->bases.data[i].flags & BASE_NOT_PUBLIC))
                queue[count++] = class_->bases.data[i].class_;
    }
    return answer;
}

static const char *without_const(const char *spelling)
{
    return strncmp(spelling, "const ", 6) == 0 ? spelling + 6 : spelling;
}

static int pointer_catches(const struct ir_module *module, const struct ir_type *handler, const struct ir_type *thrown)
{
    const struct ir_type *to = &module->types.data[handler->element], *from = &module->types.data[thrown->element];
    const char *to_text = without_const(ir_text(module, to->spelling));
    if (to->kind == TYPE_VOID || strcmp(to_text, without_const(ir_text(module, from->spelling))) == 0)
        return 1;
    if (to->kind == TYPE_CLASS && from->kind == TYPE_CLASS)
        return derives(module, from->class_, to->class_);
    return 0;
}

int panic_catches(const struct ir_module *module, ir_type_id handler, ir_type_id thrown)
{
    if (!handler || handler == thrown)
        return 1;
    if (!thrown)
        return -1;
    const struct ir_type *to = &module->types.data[handler], *from = &module->types.data[thrown];
    if (to->spelling == from->spelling)
        return 1;
    if (to->kind == TYPE_CLASS && from->kind == TYPE_CLASS)
        return derives(module, from->class_, to->class_);
    if (to->kind == TYPE_POINTER && from->kind == TYPE_POINTER)
        return pointer_catches(module, to, from);
    if (to->kind == TYPE_DEPENDENT || from->kind == TYPE_DEPENDENT || to->kind == TYPE_NONE || from->kind == TYPE_NONE)
        return -1;
    return 0;
}

const struct ir_handler *panic_handler(const struct ir_module *module, const struct ir_func *func, ir_region_id region,
                                       const struct panic_effect *effect)
{
    if (effect->kind != PANIC_EXCEPTION || effect->terminates)
        return NULL;
    for (; region; region = func->regions.data[region].parent) {
        const struct ir_region *entry = &func->regions.data[region];
        for (uint32_t i = 0; entry->kind == REGION_TRY && i < entry->handler_count; i++) {
            const struct ir_handler *handler = &func->handlers.data[entry->first_handler + i];
            if (panic_catches(module, handler->type, effect->type) == 1)
                return handler;
        }
    }
    return NULL;
}
