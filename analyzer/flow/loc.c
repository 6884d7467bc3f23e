#include "flow/loc.h"

#include <inttypes.h>

#include "base/buf.h"

void locs_init(struct locs *locs, struct arena *arena)
{
    *locs = (struct locs){.arena = arena};
    map_init(&locs->of, arena);
    vec_push(arena, &locs->table);
}

static bool same(const struct loc *a, const struct loc *b)
{
    return a->kind == b->kind && a->op == b->op && a->arg == b->arg && a->parent == b->parent;
}

static loc_id intern(struct locs *locs, struct loc loc)
{
    uint64_t what = (uint64_t)loc.kind << 8 | loc.op;
    for (uint64_t key = (map_key2(loc.parent, loc.arg) ^ what << 56) * 0x9e3779b97f4a7c15u + what;; key++) {
        uint64_t *id = map_put(&locs->of, key);
        if (!*id) {
            *id = locs->table.count;
            if (!loc.root)
                loc.root = (loc_id)*id;
            *vec_push(locs->arena, &locs->table) = loc;
            return (loc_id)*id;
        }
        if (same(&locs->table.data[*id], &loc))
            return (loc_id)*id;
    }
}

loc_id loc_base(struct locs *locs, enum loc_kind kind, uint32_t arg)
{
    return intern(locs, (struct loc){.kind = (uint8_t)kind, .arg = arg, .is_memory = kind == LOC_GLOBAL});
}

loc_id loc_step(struct locs *locs, loc_id parent, enum loc_kind kind, uint32_t arg, uint8_t op)
{
    const struct loc *of = loc_get(locs, parent);
    if (!parent || of->depth >= LOC_DEEPEST)
        return 0;
    struct loc loc = {.kind = (uint8_t)kind, .op = op, .arg = arg, .parent = parent, .root = of->root};
    loc.depth = (uint16_t)(of->depth + 1);
    loc.is_memory = of->is_memory || kind == LOC_DEREF;
    loc.is_vague = of->is_vague || kind == LOC_ANY;
    return intern(locs, loc);
}

static loc_id index_step(struct locs *locs, const struct ir_func *func, loc_id parent, ir_val index)
{
    if (ir_val_kind(index) == VAL_INT)
        return loc_step(locs, parent, LOC_AT, (uint32_t)func->ints.data[ir_val_index(index)], 0);
    if (ir_val_kind(index) == VAL_PATH) {
        loc_id held = loc_of_path(locs, func, ir_val_index(index));
        if (held && !loc_get(locs, held)->is_vague)
            return loc_step(locs, parent, LOC_INDEX, held, 0);
    }
    return loc_step(locs, parent, LOC_ANY, 0, 0);
}

loc_id loc_of_path(struct locs *locs, const struct ir_func *func, ir_path_id id)
{
    const struct ir_path *path = &func->paths.data[id];
    loc_id loc = loc_base(locs, path->base_kind == BASE_LOCAL ? LOC_LOCAL : LOC_GLOBAL, path->base);
    for (uint32_t i = 0; i < path->step_count; i++) {
        struct ir_step step = func->steps.data[path->first_step + i];
        if (step.kind == STEP_DEREF)
            loc = loc_step(locs, loc, LOC_DEREF, 0, 0);
        else if (step.kind == STEP_FIELD)
            loc = loc_step(locs, loc, LOC_FIELD, step.arg, 0);
        else
            loc = index_step(locs, func, loc, step.arg);
    }
    return loc;
}

bool loc_has_prefix(const struct locs *locs, loc_id loc, loc_id prefix)
{
    uint32_t depth = loc_get(locs, prefix)->depth;
    if (loc_get(locs, loc)->root != loc_get(locs, prefix)->root)
        return false;
    while (loc_get(locs, loc)->depth > depth)
        loc = loc_get(locs, loc)->parent;
    return loc == prefix;
}

static bool is_element(const struct loc *loc)
{
    return loc->kind == LOC_AT || loc->kind == LOC_INDEX || loc->kind == LOC_ANY;
}

/* May the two, equally deep, be the same place? */
static bool may_be_same(const struct locs *locs, loc_id a, loc_id b)
{
    for (; a != b; a = loc_get(locs, a)->parent, b = loc_get(locs, b)->parent) {
        const struct loc *left = loc_get(locs, a), *right = loc_get(locs, b);
        if (!left->parent || !right->parent)
            return false;
        bool elements = is_element(left) && is_element(right);
        if (elements && left->kind == LOC_AT && right->kind == LOC_AT && left->arg != right->arg)
            return false;
        if (!elements && (left->kind != right->kind || left->arg != right->arg || left->op != right->op))
            return false;
    }
    return true;
}

static bool is_changed_at(const struct locs *locs, loc_id loc, loc_id written, uint32_t depth)
{
    if (loc_get(locs, loc)->root == loc_get(locs, written)->root) {
        loc_id at = loc;
        while (loc_get(locs, at)->depth > loc_get(locs, written)->depth)
            at = loc_get(locs, at)->parent;
        if (loc_get(locs, at)->depth == loc_get(locs, written)->depth && may_be_same(locs, at, written))
            return true;
    }
    for (; depth && loc; loc = loc_get(locs, loc)->parent) {
        const struct loc *step = loc_get(locs, loc);
        if ((step->kind == LOC_INDEX || step->kind == LOC_EXPR2) && is_changed_at(locs, step->arg, written, depth - 1))
            return true;
    }
    return false;
}

bool loc_is_changed_by(const struct locs *locs, loc_id loc, loc_id written)
{
    return is_changed_at(locs, loc, written, 3);
}

loc_id loc_replace(struct locs *locs, loc_id loc, loc_id from, loc_id to)
{
    struct loc steps[LOC_DEEPEST + 1];
    uint32_t count = 0;
    if (!loc_has_prefix(locs, loc, from))
        return 0;
    for (; loc != from; loc = loc_get(locs, loc)->parent)
        steps[count++] = *loc_get(locs, loc);
    while (count && to) {
        count--;
        to = loc_step(locs, to, steps[count].kind, steps[count].arg, steps[count].op);
    }
    return to;
}

/* ---- names ---- */

name_id name_of_val(const struct locs *locs, const loc_id *loc_of, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    if (kind != VAL_PATH && kind != VAL_ADDR)
        return 0;
    loc_id loc = loc_of[ir_val_index(val)];
    if (!loc || loc_get(locs, loc)->is_vague)
        return 0;
    if (kind == VAL_ADDR && loc_get(locs, loc)->kind == LOC_DEREF)
        return NAME_HELD(loc_get(locs, loc)->parent);
    return kind == VAL_ADDR ? NAME_AT(loc) : NAME_HELD(loc);
}

/* The place that a value points to. */
static loc_id pointee(struct locs *locs, name_id name)
{
    return name_is_address(name) ? name_loc(name) : loc_step(locs, name_loc(name), LOC_DEREF, 0, 0);
}

/* &*p is p. */
static name_id name_at(const struct locs *locs, loc_id loc)
{
    if (!loc)
        return 0;
    return loc_get(locs, loc)->kind == LOC_DEREF ? NAME_HELD(loc_get(locs, loc)->parent) : NAME_AT(loc);
}

name_id name_translate(struct locs *locs, name_id name, name_id from, name_id to)
{
    if (name == from)
        return to;
    loc_id place = pointee(locs, from), other = pointee(locs, to);
    if (!place || !other || !loc_has_prefix(locs, name_loc(name), place))
        return 0;
    loc_id loc = loc_replace(locs, name_loc(name), place, other);
    return !loc ? 0 : name_is_address(name) ? name_at(locs, loc) : NAME_HELD(loc);
}

name_id name_replace(struct locs *locs, name_id name, loc_id from, loc_id to)
{
    loc_id loc = loc_replace(locs, name_loc(name), from, to);
    return !loc ? 0 : name_is_address(name) ? name_at(locs, loc) : NAME_HELD(loc);
}

/* ---- for people ---- */

static bool print_base(struct buf *out, const struct ir_module *module, const struct ir_func *func,
                       const struct loc *base)
{
    const char *name = "";
    if (base->kind == LOC_GLOBAL)
        name = ir_sym_name(module, base->arg);
    else if (base->kind == LOC_LOCAL && base->arg < func->locals.count)
        name = ir_text(module, func->locals.data[base->arg].name);
    buf_text(out, name);
    return *name != 0;
}

static ir_type_id base_type(const struct ir_module *module, const struct ir_func *func, const struct loc *base)
{
    if (base->kind == LOC_GLOBAL)
        return module->syms.data[base->arg].type;
    return base->kind == LOC_LOCAL && base->arg < func->locals.count ? func->locals.data[base->arg].type : 0;
}

bool loc_print(struct buf *out, const struct locs *locs, const struct ir_module *module, const struct ir_func *func,
               loc_id loc)
{
    const struct loc *chain[LOC_DEEPEST + 2];
    uint32_t count = 0;
    for (loc_id at = loc; at; at = loc_get(locs, at)->parent)
        chain[count++] = loc_get(locs, at);
    if (!count)
        return false;
    const struct ir_type *type = &module->types.data[base_type(module, func, chain[count - 1])];
    bool is_deref = count > 1 && chain[0]->kind == LOC_DEREF && !(count == 2 && type->kind == TYPE_REFERENCE);
    buf_text(out, is_deref ? "*" : "");
    bool good = print_base(out, module, func, chain[count - 1]);
    for (uint32_t i = count - 1; i-- > 0;) {
        bool after_pointer = chain[i + 1]->kind == LOC_DEREF && !(i + 3 == count && type->kind == TYPE_REFERENCE);
        if (chain[i]->kind == LOC_FIELD)
            buf_printf(out, "%s%s", after_pointer ? "->" : ".", ir_text(module, module->fields.data[chain[i]->arg].name));
        else if (chain[i]->kind == LOC_AT)
            buf_printf(out, "[%" PRIu32 "]", chain[i]->arg);
        else if (chain[i]->kind == LOC_INDEX) {
            buf_text(out, "[");
            good &= loc_print(out, locs, module, func, chain[i]->arg);
            buf_text(out, "]");
        } else {
            good &= chain[i]->kind == LOC_DEREF;
        }
    }
    return good;
}
