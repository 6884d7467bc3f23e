#include <stdarg.h>
#include <stdio.h>

#include "ir/text.h"

/* One function under inspection; the first violation is kept. */
struct verifier {
    const struct ir_module *module;
    const struct ir_func *func;
    struct err *err;
    bool good;
    uint8_t *index_depth; /* by path: how deep a[b[c]] nests; whoever walks indices may recurse that deep */
};

enum { PATH_STEPS = 64, INDEX_DEPTH = 64 };

static void __attribute__((format(printf, 3, 4))) require(struct verifier *verifier, bool holds, const char *format, ...)
{
    if (holds || !verifier->good)
        return;
    verifier->good = false;
    char text[256];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    ir_sym_id sym = verifier->func->sym;
    err_set(verifier->err, ERR_INPUT, "function %s: %s",
            sym < verifier->module->syms.count ? ir_sym_name(verifier->module, sym) : "?", text);
}

/* A value as read where paths below `paths` exist. */
static void check_val(struct verifier *verifier, ir_val val, uint32_t paths, const char *where, uint32_t index)
{
    uint32_t limit = 0;
    switch (ir_val_kind(val)) {
    case VAL_NONE:
    case VAL_UNKNOWN:
        limit = 1;
        break;
    case VAL_INT:
        limit = verifier->func->ints.count;
        break;
    case VAL_STR:
        limit = verifier->module->strings.count;
        break;
    case VAL_FUNC:
        limit = verifier->module->syms.count;
        break;
    case VAL_PATH:
    case VAL_ADDR:
        limit = ir_val_index(val) ? paths : 0;
        break;
    }
    require(verifier, ir_val_index(val) < limit, "%s %u has a bad value", where, index);
}

static bool range_fits(uint32_t first, uint32_t count, uint32_t limit)
{
    return first <= limit && count <= limit - first;
}

static void check_shape(struct verifier *verifier)
{
    const struct ir_func *func = verifier->func;
    const struct ir_module *module = verifier->module;
    require(verifier, func->sym && func->sym < module->syms.count, "no symbol");
    require(verifier,
            func->blocks.count > 1 && func->instrs.count && func->locals.count && func->paths.count &&
                func->regions.count && func->handlers.count && func->ints.count && func->ints.data[0] == 0,
            "a table lacks its reserved entry, or there is no block");
    require(verifier, func->param_count < func->locals.count, "more parameters than locals");
    require(verifier, func->span < module->spans.count && func->pattern < module->spans.count, "bad span");
}

static void check_locals(struct verifier *verifier)
{
    const struct ir_func *func = verifier->func;
    for (ir_local_id i = 1; i < func->locals.count; i++) {
        const struct ir_local *local = &func->locals.data[i];
        require(verifier, local->name < verifier->module->strings.count, "local %u has a bad name", i);
        require(verifier, local->type < verifier->module->types.count, "local %u has a bad type", i);
        require(verifier,
                local->span < verifier->module->spans.count && local->type_span < verifier->module->spans.count,
                "local %u has a bad span", i);
        require(verifier, !(local->flags & LOCAL_PARAM) == (i > func->param_count),
                "local %u: parameters come first", i);
    }
}

/* An index names earlier paths only, so that there are no cycles, and does not nest too deep. */
static void check_index(struct verifier *verifier, ir_path_id id, ir_val index)
{
    check_val(verifier, index, id, "the index of path", id);
    enum ir_val_kind kind = ir_val_kind(index);
    if (!verifier->good || (kind != VAL_PATH && kind != VAL_ADDR))
        return;
    uint8_t depth = (uint8_t)(verifier->index_depth[ir_val_index(index)] + 1);
    require(verifier, depth <= INDEX_DEPTH, "path %u nests its indices too deep", id);
    if (depth > verifier->index_depth[id])
        verifier->index_depth[id] = depth;
}

static void check_path(struct verifier *verifier, ir_path_id id)
{
    const struct ir_func *func = verifier->func;
    const struct ir_path *path = &func->paths.data[id];
    uint32_t limit = path->base_kind == BASE_LOCAL    ? func->locals.count
                     : path->base_kind == BASE_GLOBAL ? verifier->module->syms.count
                                                      : 0;
    require(verifier, path->base && path->base < limit, "path %u has a bad base", id);
    require(verifier, path->type < verifier->module->types.count, "path %u has a bad type", id);
    bool fits = range_fits(path->first_step, path->step_count, func->steps.count) && path->step_count <= PATH_STEPS;
    require(verifier, fits, "path %u has bad steps", id);
    for (uint32_t i = 0; fits && i < path->step_count; i++) {
        struct ir_step step = func->steps.data[path->first_step + i];
        if (step.kind == STEP_FIELD)
            require(verifier, step.arg && step.arg < verifier->module->fields.count, "path %u: bad field", id);
        else if (step.kind == STEP_INDEX)
            check_index(verifier, id, step.arg);
        else
            require(verifier, step.kind == STEP_DEREF && !step.arg, "path %u: bad step", id);
    }
}

static void check_paths(struct verifier *verifier)
{
    struct arena *arena = arena_create("ir verify");
    verifier->index_depth = arena_array(arena, uint8_t, verifier->func->paths.count);
    for (ir_path_id i = 1; i < verifier->func->paths.count && verifier->good; i++)
        check_path(verifier, i);
    arena_destroy(arena);
}

static void check_regions(struct verifier *verifier)
{
    const struct ir_func *func = verifier->func;
    for (ir_region_id i = 1; i < func->regions.count; i++) {
        const struct ir_region *region = &func->regions.data[i];
        bool is_try = region->kind == REGION_TRY;
        require(verifier, is_try || region->kind == REGION_CLEANUP, "region %u has a bad kind", i);
        require(verifier, region->parent < i, "region %u: its parent is not an earlier one", i);
        require(verifier, is_try ? !region->cleanup : region->cleanup && region->cleanup < func->blocks.count,
                "region %u has a bad cleanup block", i);
        require(verifier, is_try || !region->handler_count, "region %u is a cleanup with handlers", i);
        require(verifier, range_fits(region->first_handler, region->handler_count, func->handlers.count),
                "region %u has bad handlers", i);
        require(verifier, region->span < verifier->module->spans.count, "region %u has a bad span", i);
    }
    for (uint32_t i = 1; i < func->handlers.count; i++) {
        const struct ir_handler *handler = &func->handlers.data[i];
        require(verifier, handler->block && handler->block < func->blocks.count, "handler %u has a bad block", i);
        require(verifier, handler->type < verifier->module->types.count, "handler %u has a bad type", i);
        require(verifier, handler->span < verifier->module->spans.count, "handler %u has a bad span", i);
    }
}

/* How many successors the terminator wants; UINT32_MAX: any from 1. */
static uint32_t succs_wanted(const struct ir_instr *instr)
{
    switch ((enum ir_op)instr->op) {
    case IR_JUMP:
        return 1;
    case IR_BRANCH:
        return 2;
    case IR_SWITCH:
        return instr->arg_count / 2 + 1;
    default:
        return 0;
    }
}

static void check_block(struct verifier *verifier, ir_block_id id, ir_instr_id expected)
{
    const struct ir_func *func = verifier->func;
    const struct ir_block *block = &func->blocks.data[id];
    require(verifier, block->first == expected, "block %u does not follow the one before", id);
    require(verifier, block->count && range_fits(block->first, block->count, func->instrs.count),
            "block %u has bad instructions", id);
    require(verifier, range_fits(block->first_succ, block->succ_count, func->succs.count),
            "block %u has bad successors", id);
    if (!verifier->good)
        return;
    for (uint32_t i = 0; i < block->count; i++)
        require(verifier, ir_op_is_terminator(func->instrs.data[block->first + i].op) == (i + 1 == block->count),
                "block %u: its terminator is not its last instruction", id);
    require(verifier, block->succ_count == succs_wanted(&func->instrs.data[block->first + block->count - 1]),
            "block %u has a wrong number of successors", id);
    for (uint32_t i = 0; i < block->succ_count; i++) {
        ir_block_id succ = func->succs.data[block->first_succ + i];
        require(verifier, succ && succ < func->blocks.count, "block %u has a bad successor", id);
    }
}

static void check_blocks(struct verifier *verifier)
{
    const struct ir_func *func = verifier->func;
    ir_instr_id expected = 1;
    for (ir_block_id i = 1; i < func->blocks.count && verifier->good; i++) {
        check_block(verifier, i, expected);
        expected += func->blocks.data[i].count;
    }
    require(verifier, expected == func->instrs.count, "instructions lie in no block");
}

static uint32_t sub_limit(enum ir_op op)
{
    switch (op) {
    case IR_UN:
        return UN_OTHER;
    case IR_BIN:
        return BIN_OTHER;
    case IR_HAVOC:
        return HAVOC_COUNT - 1;
    case IR_AWAIT:
        return 1;
    default:
        return 0;
    }
}

static void check_rethrow(struct verifier *verifier, ir_instr_id id, ir_val a)
{
    if (ir_val_kind(a) == VAL_NONE || !verifier->good)
        return;
    require(verifier, ir_val_kind(a) == VAL_INT, "instruction %u rethrows no handler", id);
    if (!verifier->good)
        return;
    int64_t handler = verifier->func->ints.data[ir_val_index(a)];
    require(verifier, handler > 0 && handler < verifier->func->handlers.count,
            "instruction %u rethrows no handler", id);
}

/* The destination an opcode must have, may have or must not have. */
static void check_dst(struct verifier *verifier, ir_instr_id id, const struct ir_instr *instr)
{
    const struct ir_func *func = verifier->func;
    require(verifier, instr->dst < func->paths.count, "instruction %u has a bad destination", id);
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
    case IR_UN:
    case IR_BIN:
    case IR_CLOSURE:
        require(verifier, instr->dst != 0, "instruction %u lacks a destination", id);
        break;
    case IR_LIFE_BEGIN:
    case IR_LIFE_END:
        require(verifier, instr->dst != 0, "instruction %u lacks a local", id);
        if (verifier->good) {
            const struct ir_path *path = &func->paths.data[instr->dst];
            require(verifier, path->base_kind == BASE_LOCAL && !path->step_count,
                    "instruction %u: only plain locals live and die", id);
        }
        break;
    case IR_CALL:
    case IR_AWAIT:
    case IR_CATCH:
        break;
    default:
        require(verifier, !instr->dst, "instruction %u has a destination", id);
    }
}

static void check_instr(struct verifier *verifier, ir_instr_id id)
{
    const struct ir_func *func = verifier->func;
    const struct ir_instr *instr = &func->instrs.data[id];
    check_dst(verifier, id, instr);
    check_val(verifier, instr->a, func->paths.count, "instruction", id);
    check_val(verifier, instr->b, func->paths.count, "instruction", id);
    require(verifier, instr->sub <= sub_limit(instr->op), "instruction %u has a bad variant", id);
    require(verifier, instr->region < func->regions.count, "instruction %u has a bad region", id);
    require(verifier, instr->sym < verifier->module->syms.count, "instruction %u has a bad symbol", id);
    require(verifier, instr->type < verifier->module->types.count, "instruction %u has a bad type", id);
    require(verifier,
            instr->span < verifier->module->spans.count && instr->name_span < verifier->module->spans.count,
            "instruction %u has a bad span", id);
    bool fits = range_fits(instr->first_arg, instr->arg_count, func->args.count);
    require(verifier, fits, "instruction %u has bad arguments", id);
    for (uint32_t i = 0; fits && i < instr->arg_count; i++) {
        ir_val arg = func->args.data[instr->first_arg + i];
        check_val(verifier, arg, func->paths.count, "instruction", id);
        if (instr->op == IR_SWITCH)
            require(verifier, ir_val_kind(arg) == VAL_INT, "instruction %u has a case that is no constant", id);
    }
    if (instr->op == IR_RETHROW)
        check_rethrow(verifier, id, instr->a);
    if (instr->op == IR_SWITCH)
        require(verifier, instr->arg_count % 2 == 0, "instruction %u: cases come in pairs", id);
}

bool ir_verify_func(const struct ir_module *module, ir_func_id func, struct err *err)
{
    struct verifier verifier = {module, &module->funcs.data[func], err, true, NULL};
    check_shape(&verifier);
    if (!verifier.good)
        return false;
    check_locals(&verifier);
    check_paths(&verifier);
    check_regions(&verifier);
    check_blocks(&verifier);
    for (ir_instr_id i = 1; i < verifier.func->instrs.count && verifier.good; i++)
        check_instr(&verifier, i);
    return verifier.good;
}
