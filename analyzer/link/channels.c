#include "link/channels.h"

#include <string.h>

#include "base/map.h"

struct edge {
    uint32_t from, to;
    bool both_for_nonblocking;
};

struct channels {
    struct arena *arena;
    const struct program *program;
    struct map ids; /* place -> index + 1 into bits */
    VEC(uint32_t) bits;
    VEC(uint32_t) leader; /* union-find over edges that hold the same value both ways */
    VEC(struct edge) edges;
};

static uint32_t id_of(struct channels *channels, value_place place)
{
    uint64_t *slot = map_put(&channels->ids, place);
    if (!*slot) {
        *vec_push(channels->arena, &channels->bits) = 0;
        uint32_t id = channels->leader.count;
        *vec_push(channels->arena, &channels->leader) = id;
        *slot = channels->bits.count;
    }
    return (uint32_t)*slot - 1;
}

static void mark(struct channels *channels, value_place place, uint32_t bits)
{
    if (!place)
        return;
    uint32_t id = id_of(channels, place);
    channels->bits.data[id] |= bits;
}

static uint32_t leader_of(const struct channels *channels, uint32_t id)
{
    while (channels->leader.data[id] != id)
        id = channels->leader.data[id] = channels->leader.data[channels->leader.data[id]];
    return id;
}

static void connect(struct channels *channels, value_place from, value_place to, bool both)
{
    if (!from || !to || from == to)
        return;
    struct edge edge = {id_of(channels, from), id_of(channels, to), both};
    *vec_push(channels->arena, &channels->edges) = edge;
    channels->leader.data[leader_of(channels, edge.from)] = leader_of(channels, edge.to);
}

/* ---- constants ---- */

static const struct ir_instr *only_definition(const struct ir_func *func, ir_local_id local)
{
    const struct ir_instr *found = NULL;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_path *dst = &func->paths.data[func->instrs.data[i].dst];
        if (!func->instrs.data[i].dst || dst->base_kind != BASE_LOCAL || dst->base != local || dst->step_count)
            continue;
        if (found)
            return NULL;
        found = &func->instrs.data[i];
    }
    return found;
}

static const struct ir_instr *definition_of(const struct ir_func *func, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH)
        return NULL;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count || path->base <= func->param_count)
        return NULL;
    return only_definition(func, path->base);
}

static bool constant(const struct ir_func *func, ir_val val, int64_t *out, int depth)
{
    if (ir_val_kind(val) == VAL_INT) {
        *out = func->ints.data[ir_val_index(val)];
        return true;
    }
    const struct ir_instr *definition = depth < 4 ? definition_of(func, val) : NULL;
    if (!definition || (definition->op != IR_COPY && !(definition->op == IR_UN && definition->sub == UN_NEG)))
        return false;
    if (!constant(func, definition->a, out, depth + 1))
        return false;
    *out = definition->op == IR_UN ? -*out : *out;
    return true;
}

bool value_constant(const struct ir_func *func, ir_val val, int64_t *out)
{
    return constant(func, val, out, 0);
}

static bool has_bits(const struct ir_func *func, ir_val val, uint64_t bits, int depth)
{
    int64_t value;
    if (value_constant(func, val, &value))
        return value >= 0 && ((uint64_t)value & bits);
    const struct ir_instr *definition = depth < 4 ? definition_of(func, val) : NULL;
    if (!definition || (definition->op != IR_COPY && !(definition->op == IR_BIN && definition->sub == BIN_OR)))
        return false;
    return has_bits(func, definition->a, bits, depth + 1) ||
           (definition->op == IR_BIN && has_bits(func, definition->b, bits, depth + 1));
}

bool value_has_bits(const struct ir_func *func, ir_val val, uint64_t bits)
{
    return has_bits(func, val, bits, 0);
}

/* ---- building ---- */

static uint32_t class_bits(const char *class_)
{
    if (!class_)
        return 0;
    return !strcmp(class_, "network") ? CHANNEL_NETWORK
           : !strcmp(class_, "pipe")  ? CHANNEL_PIPE
           : !strcmp(class_, "disk")  ? CHANNEL_DISK
           : !strcmp(class_, "sync")  ? CHANNEL_SYNC
                                      : 0;
}

bool role_flags_hold(const struct ir_func *func, const struct ir_instr *call, const struct role *role)
{
    ir_val flags = role_value(func, call, role->at[POS_FLAGS]);
    int64_t value;
    if (!role->value_count && !role->bits)
        return true;
    if (role->bits && value_has_bits(func, flags, role->bits))
        return true;
    for (uint32_t i = 0; role->value_count && value_constant(func, flags, &value) && i < role->value_count; i++)
        if (role->values[i] == value)
            return true;
    return false;
}

static void add_roles(struct channels *channels, const struct call_site *site)
{
    const struct ir_module *module = channels->program->module;
    const struct ir_func *func = &module->funcs.data[site->func];
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct role *open = model_role(site->model, ROLE_CHAN_OPEN);
    const struct role *nonblock = model_role(site->model, ROLE_NONBLOCK);
    const struct role *dup = model_role(site->model, ROLE_DUP);
    if (open) {
        value_place place = place_of_value(module, site->func, role_value(func, call, open->at[POS_CHANNEL]));
        mark(channels, place, class_bits(open->class_));
        if (open->bits && role_flags_hold(func, call, open))
            mark(channels, place, CHANNEL_NONBLOCKING);
    }
    if (nonblock && role_flags_hold(func, call, nonblock))
        mark(channels, place_of_value(module, site->func, role_value(func, call, nonblock->at[POS_CHANNEL])),
             CHANNEL_NONBLOCKING);
    if (dup)
        connect(channels, place_of_value(module, site->func, role_value(func, call, dup->at[POS_FROM])),
                place_of_value(module, site->func, role_value(func, call, dup->at[POS_TO])), true);
}

static void bind_call(struct channels *channels, const struct call_site *site)
{
    const struct ir_module *module = channels->program->module;
    const struct ir_func *func = &module->funcs.data[site->func];
    const struct ir_instr *call = &func->instrs.data[site->instr];
    for (uint32_t i = 0; i < site->target_count; i++) {
        ir_func_id callee = site->targets[i].func;
        if (!callee || site->targets[i].certainty == GUESSED || (call->sym && site->model))
            continue;
        uint32_t params = module->funcs.data[callee].param_count;
        for (uint32_t k = 0; k < call->arg_count && k < params; k++)
            connect(channels, place_of_value(module, site->func, func->args.data[call->first_arg + k]),
                    place_of_local(callee, k + 1), true);
        if (call->dst)
            connect(channels, place_of_result(callee), place_of_path(module, site->func, call->dst), false);
    }
}

static void add_func(struct channels *channels, ir_func_id id)
{
    const struct ir_module *module = channels->program->module;
    const struct ir_func *func = &module->funcs.data[id];
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->op == IR_COPY)
            connect(channels, place_of_value(module, id, instr->a), place_of_path(module, id, instr->dst), true);
        if (instr->op == IR_RETURN)
            connect(channels, place_of_value(module, id, instr->a), place_of_result(id), false);
        const struct call_site *site = instr->op == IR_CALL ? program_site(channels->program, id, i) : NULL;
        if (!site)
            continue;
        add_roles(channels, site);
        bind_call(channels, site);
    }
}

struct channels *channels_solve(struct arena *arena, const struct program *program)
{
    struct channels *channels = arena_new(arena, struct channels);
    channels->arena = arena;
    channels->program = program;
    map_init(&channels->ids, arena);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        add_func(channels, func);
    bool changed = true;
    for (int round = 0; changed && round < 30; round++) {
        changed = false;
        for (uint32_t i = 0; i < channels->edges.count; i++) {
            const struct edge *edge = &channels->edges.data[i];
            uint32_t *from = &channels->bits.data[edge->from], *to = &channels->bits.data[edge->to];
            uint32_t forward = *to | *from;
            uint32_t back = edge->both_for_nonblocking ? *from | (*to & CHANNEL_NONBLOCKING) : *from;
            changed |= forward != *to || back != *from;
            *to = forward;
            *from = back;
        }
    }
    return channels;
}

uint32_t channels_at(const struct channels *channels, value_place place)
{
    const uint64_t *slot = place ? map_get(&channels->ids, place) : NULL;
    return slot ? channels->bits.data[*slot - 1] : 0;
}

bool channels_same(const struct channels *channels, value_place a, value_place b)
{
    if (!a || !b)
        return false;
    const uint64_t *x = map_get(&channels->ids, a), *y = map_get(&channels->ids, b);
    return a == b || (x && y && leader_of(channels, (uint32_t)*x - 1) == leader_of(channels, (uint32_t)*y - 1));
}
