/* Scopes: which variable is which local, and what must run when control leaves.
 *
 * Cleanups form a persistent list (innermost first), so that a goto, a break or a return can be unwound from the list
 * it stood in to the list it leads to, also when the label comes later.  A destructor or cleanup function also guards
 * what follows it by a region whose landing block runs it and resumes.
 */
#include "frontend/lower.h"

void scope_bind_local(struct body *body, CXCursor decl, ir_local_id local)
{
    *map_put(&body->locals, map_key_of(cursor_decl_key(decl))) = (uint64_t)STORAGE_LOCAL << 32 | local;
}

void scope_bind_path(struct body *body, CXCursor decl, ir_path_id path)
{
    *map_put(&body->locals, map_key_of(cursor_decl_key(decl))) = (uint64_t)STORAGE_PATH << 32 | path;
}

ir_path_id scope_variable(struct body *body, CXCursor decl)
{
    uint64_t *slot = map_get(&body->locals, map_key_of(cursor_decl_key(decl)));
    if (!slot) {
        decl = clang_getCanonicalCursor(decl);
        slot = map_get(&body->locals, map_key_of(cursor_decl_key(decl)));
    }
    if (!slot || !*slot)
        return 0;
    uint32_t id = (uint32_t)*slot;
    return *slot >> 32 == STORAGE_LOCAL ? ir_path_local(body->b, id) : id;
}

ir_path_id scope_temp(struct body *body, ir_type_id type)
{
    return ir_path_local(body->b, ir_add_temp(body->b, type));
}

void scope_push(struct body *body, enum cleanup_kind kind, ir_path_id object, ir_sym_id sym, CXType type)
{
    struct cleanup *cleanup = arena_new(body->fe->tmp, struct cleanup);
    *cleanup = (struct cleanup){.up = body->cleanups, .kind = kind, .object = object, .sym = sym,
                                .outside = ir_region(body->b), .depth = body->cleanups ? body->cleanups->depth + 1 : 1};
    cleanup->is_array = clang_getCanonicalType(type).kind == CXType_ConstantArray;
    if (kind != CLEANUP_END) {
        cleanup->region = ir_add_region(body->b, REGION_CLEANUP, cleanup->outside, 0);
        ir_set_region(body->b, cleanup->region);
    }
    body->cleanups = cleanup;
}

void scope_own(struct body *body, ir_path_id object, CXType type)
{
    ir_sym_id destructor = class_destructor(body->fe, type);
    if (destructor)
        scope_push(body, CLEANUP_DESTROY, object, destructor, type);
}

static void run(struct body *body, const struct cleanup *cleanup, bool unwinding)
{
    if (cleanup->kind == CLEANUP_END) {
        if (!unwinding)
            ir_emit(body->b, IR_LIFE_END)->dst = cleanup->object;
        return;
    }
    ir_path_id object = cleanup->object;
    if (cleanup->is_array)
        object = ir_path_index(body->b, object, IR_UNKNOWN, fe_type(body->fe, ir_path(body->b, object)->type)->element);
    ir_val args[1] = {ir_addr(body->b, object)};
    uint32_t flags = CALL_IMPLICIT | CALL_DISCARDED | (unwinding ? CALL_UNWIND : 0);
    flags |= cleanup->kind == CLEANUP_DESTROY ? CALL_DESTROY | CALL_METHOD : 0;
    ir_emit_call(body->b, 0, cleanup->sym, 0, args, 1, flags);
    body->emitted++;
}

/* The landing block: on unwinding, run and go on in the region around. */
static void land(struct body *body, const struct cleanup *cleanup)
{
    ir_block_id here = ir_current(body->b), block = ir_new_block(body->b);
    ir_region_id region = ir_region(body->b);
    ir_enter(body->b, block);
    ir_set_region(body->b, cleanup->outside);
    run(body, cleanup, true);
    ir_emit_resume(body->b);
    ir_set_cleanup(body->b, cleanup->region, block);
    ir_set_region(body->b, region);
    ir_enter(body->b, here);
}

void scope_leave_to(struct body *body, struct cleanup *to)
{
    ir_region_id region = ir_region(body->b);
    for (struct cleanup *at = body->cleanups; at != to; at = at->up) {
        ir_set_region(body->b, at->outside);
        run(body, at, false);
    }
    ir_set_region(body->b, region);
}

void scope_pop_silent(struct body *body, struct cleanup *to)
{
    while (body->cleanups != to) {
        struct cleanup *cleanup = body->cleanups;
        body->cleanups = cleanup->up;
        ir_set_region(body->b, cleanup->outside);
        if (cleanup->region)
            land(body, cleanup);
    }
}

void scope_pop_to(struct body *body, struct cleanup *to)
{
    if (body->cleanups != to && ir_is_reachable(body->b))
        scope_leave_to(body, to);
    scope_pop_silent(body, to);
}
