#include "ir/builder.h"

#include <string.h>

#include "base/err.h"
#include "ir/draft.h"

struct ir_builder *ir_begin(struct ir_module *module, ir_sym_id sym, uint32_t flags, ir_span_id span)
{
    struct arena *arena = arena_create("ir draft");
    struct ir_builder *builder = arena_new(arena, struct ir_builder);
    builder->module = module;
    builder->arena = arena;
    builder->func = (struct ir_func){.sym = sym, .flags = flags, .span = span};
    builder->span = span;
    map_init(&builder->path_of, arena);
    map_init(&builder->int_of, arena);
    vec_push(arena, &builder->func.locals);
    vec_push(arena, &builder->func.regions);
    vec_push(arena, &builder->func.handlers);
    vec_push(arena, &builder->func.ints);
    vec_push(arena, &builder->instrs);
    vec_push(arena, &builder->blocks);
    vec_push(arena, &builder->paths);
    ir_enter(builder, ir_new_block(builder));
    return builder;
}

struct ir_module *ir_builder_module(struct ir_builder *builder)
{
    return builder->module;
}

void ir_abandon(struct ir_builder *builder)
{
    arena_destroy(builder->arena);
}

void ir_set_func_span(struct ir_builder *builder, ir_span_id span)
{
    builder->func.span = span;
}

void ir_set_pattern(struct ir_builder *builder, ir_span_id pattern)
{
    builder->func.pattern = pattern;
}

void ir_add_flags(struct ir_builder *builder, uint32_t flags)
{
    builder->func.flags |= flags;
}

/* ---- locals ---- */

ir_local_id ir_add_local(struct ir_builder *builder, const char *name, ir_type_id type, uint32_t flags,
                         ir_span_id span)
{
    ir_local_id id = builder->func.locals.count;
    *vec_push(builder->arena, &builder->func.locals) =
        (struct ir_local){.name = ir_string(builder->module, name), .type = type, .flags = flags, .span = span};
    return id;
}

ir_local_id ir_add_param(struct ir_builder *builder, const char *name, ir_type_id type, uint32_t flags,
                         ir_span_id span)
{
    if (builder->func.locals.count != builder->func.param_count + 1)
        BUG("a parameter is added after a local");
    builder->func.param_count++;
    return ir_add_local(builder, name, type, flags | LOCAL_PARAM, span);
}

ir_local_id ir_add_temp(struct ir_builder *builder, ir_type_id type)
{
    return ir_add_local(builder, "", type, LOCAL_TEMP, 0);
}

struct ir_local *ir_local(struct ir_builder *builder, ir_local_id local)
{
    return &builder->func.locals.data[local];
}

/* ---- blocks ---- */

ir_block_id ir_new_block(struct ir_builder *builder)
{
    vec_push(builder->arena, &builder->blocks);
    return builder->blocks.count - 1;
}

void ir_enter(struct ir_builder *builder, ir_block_id block)
{
    builder->block = block;
    builder->is_dead = false;
}

ir_block_id ir_current(struct ir_builder *builder)
{
    if (!builder->block)
        builder->block = ir_new_block(builder);
    return builder->block;
}

bool ir_is_reachable(struct ir_builder *builder)
{
    return !builder->is_dead;
}

/* ---- regions ---- */

ir_region_id ir_add_region(struct ir_builder *builder, enum ir_region_kind kind, ir_region_id parent,
                           ir_span_id span)
{
    *vec_push(builder->arena, &builder->func.regions) =
        (struct ir_region){.kind = (uint8_t)kind, .parent = parent, .span = span};
    return builder->func.regions.count - 1;
}

uint32_t ir_add_handlers(struct ir_builder *builder, ir_region_id region, const struct ir_handler *handlers,
                         uint32_t count)
{
    uint32_t first = builder->func.handlers.count;
    builder->func.regions.data[region].first_handler = first;
    builder->func.regions.data[region].handler_count = count;
    vec_append(builder->arena, &builder->func.handlers, handlers, count);
    return first;
}

void ir_set_cleanup(struct ir_builder *builder, ir_region_id region, ir_block_id block)
{
    builder->func.regions.data[region].cleanup = block;
}

void ir_set_region_span(struct ir_builder *builder, ir_region_id region, ir_span_id span)
{
    builder->func.regions.data[region].span = span;
}

void ir_set_region(struct ir_builder *builder, ir_region_id region)
{
    builder->region = region;
}

ir_region_id ir_region(struct ir_builder *builder)
{
    return builder->region;
}

/* ---- instructions ---- */

void ir_set_span(struct ir_builder *builder, ir_span_id span)
{
    builder->span = span;
}

struct ir_instr *ir_emit(struct ir_builder *builder, enum ir_op op)
{
    ir_block_id current = ir_current(builder);
    ir_instr_id id = builder->instrs.count;
    struct draft_instr *draft = vec_push(builder->arena, &builder->instrs);
    draft->instr = (struct ir_instr){.op = (uint8_t)op, .region = builder->region, .span = builder->span};
    struct draft_block *block = &builder->blocks.data[current];
    if (block->is_ended)
        BUG("%s: instruction after the terminator of block %u", ir_sym_name(builder->module, builder->func.sym),
            current);
    if (block->last)
        builder->instrs.data[block->last].next = id;
    else
        block->first = id;
    block->last = id;
    if (ir_op_is_terminator(op)) {
        block->is_ended = true;
        builder->is_dead = true;
        builder->block = 0; /* ir_current makes the fresh unreachable one when somebody asks */
    }
    return &draft->instr;
}

struct ir_instr *ir_last(struct ir_builder *builder)
{
    return &vec_last(&builder->instrs)->instr;
}

static void set_args(struct ir_builder *builder, struct ir_instr *instr, const ir_val *args, uint32_t count)
{
    instr->first_arg = builder->func.args.count;
    instr->arg_count = count;
    vec_append(builder->arena, &builder->func.args, args, count);
}

static void set_succs(struct ir_builder *builder, ir_block_id block, const ir_block_id *succs, uint32_t count)
{
    builder->blocks.data[block].first_succ = builder->func.succs.count;
    builder->blocks.data[block].succ_count = count;
    vec_append(builder->arena, &builder->func.succs, succs, count);
}

struct ir_instr *ir_emit_copy(struct ir_builder *builder, ir_path_id dst, ir_val a)
{
    struct ir_instr *instr = ir_emit(builder, IR_COPY);
    instr->dst = dst;
    instr->a = a;
    return instr;
}

struct ir_instr *ir_emit_un(struct ir_builder *builder, enum ir_un sub, ir_path_id dst, ir_val a)
{
    struct ir_instr *instr = ir_emit(builder, IR_UN);
    instr->sub = (uint8_t)sub;
    instr->dst = dst;
    instr->a = a;
    return instr;
}

struct ir_instr *ir_emit_bin(struct ir_builder *builder, enum ir_bin sub, ir_path_id dst, ir_val a, ir_val b)
{
    struct ir_instr *instr = ir_emit(builder, IR_BIN);
    instr->sub = (uint8_t)sub;
    instr->dst = dst;
    instr->a = a;
    instr->b = b;
    return instr;
}

struct ir_instr *ir_emit_call(struct ir_builder *builder, ir_path_id dst, ir_sym_id sym, ir_val callee,
                              const ir_val *args, uint32_t count, uint32_t flags)
{
    struct ir_instr *instr = ir_emit(builder, IR_CALL);
    instr->dst = dst;
    instr->sym = sym;
    instr->a = callee;
    instr->flags = (uint16_t)flags;
    set_args(builder, instr, args, count);
    return instr;
}

struct ir_instr *ir_emit_closure(struct ir_builder *builder, ir_path_id dst, ir_type_id type,
                                 const ir_val *captures, uint32_t count)
{
    struct ir_instr *instr = ir_emit(builder, IR_CLOSURE);
    instr->dst = dst;
    instr->type = type;
    set_args(builder, instr, captures, count);
    return instr;
}

void ir_emit_havoc(struct ir_builder *builder, enum ir_havoc reason)
{
    ir_emit(builder, IR_HAVOC)->sub = (uint8_t)reason;
}

void ir_emit_havoc_args(struct ir_builder *builder, enum ir_havoc reason, const ir_val *args, uint32_t count)
{
    struct ir_instr *instr = ir_emit(builder, IR_HAVOC);
    instr->sub = (uint8_t)reason;
    set_args(builder, instr, args, count);
}

void ir_emit_jump(struct ir_builder *builder, ir_block_id to)
{
    ir_block_id block = ir_current(builder);
    ir_emit(builder, IR_JUMP);
    set_succs(builder, block, &to, 1);
}

void ir_emit_branch(struct ir_builder *builder, ir_val a, ir_block_id yes, ir_block_id no)
{
    ir_block_id block = ir_current(builder);
    ir_emit(builder, IR_BRANCH)->a = a;
    set_succs(builder, block, (ir_block_id[]){yes, no}, 2);
}

void ir_emit_switch(struct ir_builder *builder, ir_val a, const ir_val *cases, const ir_block_id *targets,
                    uint32_t count, ir_block_id otherwise)
{
    ir_block_id block = ir_current(builder);
    struct ir_instr *instr = ir_emit(builder, IR_SWITCH);
    instr->a = a;
    set_args(builder, instr, cases, count * 2);
    set_succs(builder, block, targets, count);
    *vec_push(builder->arena, &builder->func.succs) = otherwise;
    builder->blocks.data[block].succ_count++;
}

void ir_emit_return(struct ir_builder *builder, ir_val a)
{
    ir_emit(builder, IR_RETURN)->a = a;
}

void ir_emit_throw(struct ir_builder *builder, ir_type_id type, ir_val a)
{
    struct ir_instr *instr = ir_emit(builder, IR_THROW);
    instr->type = type;
    instr->a = a;
}

void ir_emit_rethrow(struct ir_builder *builder, ir_val handler)
{
    ir_emit(builder, IR_RETHROW)->a = handler;
}

void ir_emit_resume(struct ir_builder *builder)
{
    ir_emit(builder, IR_RESUME);
}

void ir_emit_unreachable(struct ir_builder *builder)
{
    ir_emit(builder, IR_UNREACHABLE);
}
