#include "link/waits.h"

#include <string.h>

#include "link/binding.h"
#include "link/waits_parts.h"

/* ---- handles ---- */

/* The table of definitions in there is filled on demand. */
static ir_val trace(const struct waits *waits, ir_func_id func, ir_val val)
{
    return link_trace_value((struct program *)(uintptr_t)waits->program, func, val);
}

value_place waits_place_at(const struct waits *waits, const struct call_site *site, const struct role *role,
                           enum model_position position)
{
    const struct ir_func *func = waits_body(waits, site->func);
    ir_val val = role_value(func, &func->instrs.data[site->instr], role->at[position]);
    return place_of_value(waits->program->module, site->func, trace(waits, site->func, val));
}

/* A handle is moved, or put into a container. */
static const struct role *moving_role(const struct call_site *site)
{
    const struct role *move = model_role(site->model, ROLE_MOVE_HANDLE),
                      *flow = model_role(site->model, ROLE_FLOWS);
    return move ? move : flow && flow->at[POS_TO] == AT_THIS ? flow : NULL;
}

static void find_moves(struct waits *waits)
{
    for (uint32_t i = 0; i < waits->program->sites.count; i++) {
        const struct call_site *site = &waits->program->sites.data[i];
        const struct role *role = moving_role(site);
        const struct ir_func *func = waits_body(waits, site->func);
        if (!role)
            continue;
        /* Not traced: a place that is moved from is itself meant. */
        const struct ir_instr *call = &func->instrs.data[site->instr];
        ir_val from = role_value(func, call, role->at[POS_FROM]),
               to = role_value(func, call, role->at[POS_TO]);
        struct move move = {place_of_value(waits->program->module, site->func, from),
                            waits_place_at(waits, site, role, POS_TO), site->func, to};
        if (move.from && move.to && move.from != move.to)
            *vec_push(waits->arena, &waits->moves) = move;
    }
}

/* The places where a task's handle may live: where it is made, or where it is moved from there. */
static uint32_t handle_places(const struct waits *waits, const struct spawn *spawn, value_place *out,
                              uint32_t most)
{
    struct spawn_hop at = binding_innermost(spawn);
    const struct call_site *site = program_site(waits->program, at.func, at.instr);
    if (!site || !spawn->role || !spawn->role->at[POS_HANDLE])
        return 0;
    uint32_t count = 0;
    const struct ir_func *func = waits_body(waits, at.func);
    ir_val handle = role_value(func, &func->instrs.data[at.instr], spawn->role->at[POS_HANDLE]);
    out[count++] = place_of_value(waits->program->module, at.func, handle);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < waits->moves.count && count < most; k++)
            if (waits->moves.data[k].from == out[i])
                out[count++] = waits->moves.data[k].to;
    /* What was moved on is no handle any more. */
    uint32_t kept = count > 1 ? 1 : 0;
    for (uint32_t i = kept; i < count; i++)
        out[i - kept] = out[i];
    return count - kept;
}

static bool names_handle(const struct waits *waits, const value_place *places, uint32_t count,
                         value_place place)
{
    for (uint32_t i = 0; i < count; i++)
        if (!places[i] || channels_same(waits->flows, places[i], place) || places[i] == place)
            return true;
    return false;
}

static void find_owned(struct waits *waits)
{
    map_init(&waits->owned, waits->arena);
    for (uint32_t i = 0; i < waits->program->spawns.count; i++) {
        const struct spawn *spawn = &waits->program->spawns.data[i];
        value_place places[8];
        if (!spawn->role || !spawn->role->scoped)
            continue;
        uint32_t count = handle_places(waits, spawn, places, sizeof places / sizeof *places);
        for (uint32_t k = 0; k < count; k++)
            if (places[k])
                *map_put(&waits->owned, places[k]) = 1;
    }
}

/* ---- what ends a wait ---- */

/* By place: the waits there. */
static void index_waits(const struct waits *waits, enum wait_kind kind, struct map *heads, uint32_t *next)
{
    map_init(heads, waits->arena);
    for (uint32_t i = 0; i < waits->all.count; i++) {
        if (waits->all.data[i].kind != kind)
            continue;
        uint64_t *slot = map_put(heads, waits->all.data[i].place);
        next[i] = (uint32_t)*slot;
        *slot = i + 1;
    }
}

static void answer_place(struct waits *waits, ir_func_id func, const struct map *heads, const uint32_t *next,
                         value_place place)
{
    const uint64_t *slot = place ? map_get(heads, place) : NULL;
    for (uint32_t at = slot ? (uint32_t)*slot : 0; at; at = next[at - 1])
        func_bits_set(&waits->answers, func, at - 1);
}

/* Notified, or sent on, by what may be another name of the place. */
static void answer_role(struct waits *waits, const struct call_site *site, enum role_kind role_kind,
                        enum model_position position, enum wait_kind kind)
{
    const struct role *role = model_role(site->model, role_kind);
    value_place place = role ? waits_place_at(waits, site, role, position) : 0;
    for (uint32_t i = 0; role && role->at[position] && i < waits->all.count; i++) {
        const struct wait *wait = &waits->all.data[i];
        bool is_self = wait->func == site->func && wait->instr == site->instr;
        if (wait->kind == kind && !is_self &&
            (!place || !wait->place || channels_same(waits->flows, place, wait->place)))
            func_bits_set(&waits->answers, site->func, i);
    }
}

static void find_answers(struct waits *waits)
{
    const struct program *program = waits->program;
    struct map flags;
    uint32_t *next = arena_array(waits->arena, uint32_t, waits->all.count);
    index_waits(waits, WAIT_FLAG, &flags, next);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        const struct ir_func *data = waits_body(waits, func);
        for (ir_instr_id i = 0; flags.count && i < data->instrs.count; i++)
            answer_place(waits, func, &flags, next, waits_written_place(waits, func, &data->instrs.data[i]));
    }
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        if (!site->model)
            continue;
        answer_role(waits, site, ROLE_NOTIFY, POS_CONDITION, WAIT_CONDITION);
        answer_role(waits, site, ROLE_BLOCK, POS_CONDITION, WAIT_CONDITION); /* barriers: all meet there */
        answer_role(waits, site, ROLE_CHAN_SEND, POS_CHANNEL, WAIT_RECEIVE);
        answer_role(waits, site, ROLE_CHAN_CLOSE, POS_CHANNEL, WAIT_RECEIVE);
    }
    func_bits_spread(&waits->answers, program);
}

static uint64_t *match_row(const struct waits *waits, task_id task)
{
    return waits->match + (size_t)task * waits->inside.width;
}

static void match_task(struct waits *waits, task_id task)
{
    const struct spawn *spawn = &waits->program->spawns.data[task - 1];
    uint64_t *row = match_row(waits, task);
    for (uint32_t i = 0; i < spawn->entries.count; i++)
        for (uint32_t k = 0; spawn->entries.items[i].func && k < waits->inside.width; k++)
            row[k] |= func_bits_row(&waits->answers, spawn->entries.items[i].func)[k];
    value_place places[8];
    uint32_t count = handle_places(waits, spawn, places, sizeof places / sizeof *places);
    for (uint32_t i = 0; i < waits->all.count; i++) {
        const struct wait *wait = &waits->all.data[i];
        if (wait->kind == WAIT_ANY ||
            (wait->kind == WAIT_JOIN && names_handle(waits, places, count, wait->place)))
            row[i / 64] |= UINT64_C(1) << i % 64;
    }
}

static void find_matches(struct waits *waits)
{
    uint32_t count = waits->program->spawns.count;
    waits->match = arena_array(waits->arena, uint64_t, (size_t)(count + 1) * waits->inside.width);
    for (uint32_t i = 0; i < waits->all.count; i++)
        if (waits->all.data[i].kind != WAIT_JOIN)
            match_row(waits, TASK_OUTSIDE)[i / 64] |= UINT64_C(1) << i % 64;
    for (task_id task = 1; task <= count; task++)
        match_task(waits, task);
}

struct waits *waits_solve(struct arena *arena, const struct program *program, const struct channels *flows)
{
    struct waits *waits = arena_new(arena, struct waits);
    *waits = (struct waits){.arena = arena, .program = program, .flows = flows};
    find_moves(waits);
    find_owned(waits);
    waits_find(waits);
    waits->inside = func_bits_create(arena, program, waits->all.count);
    waits->answers = func_bits_create(arena, program, waits->all.count);
    for (uint32_t i = 0; i < waits->all.count; i++)
        func_bits_set(&waits->inside, waits->all.data[i].func, i);
    func_bits_spread(&waits->inside, program);
    find_answers(waits);
    find_matches(waits);
    return waits;
}

/* ---- asking ---- */

static bool matches(const struct waits *waits, uint32_t wait, task_id task)
{
    return match_row(waits, task)[wait / 64] >> wait % 64 & 1;
}

bool waits_in(const struct waits *waits, ir_func_id func, task_id task)
{
    return bits_meet(func_bits_row(&waits->inside, func), match_row(waits, task), waits->inside.width);
}

bool waits_at(const struct waits *waits, ir_func_id func, ir_instr_id instr, task_id task)
{
    for (uint32_t i = waits->first[func]; i < waits->first[func + 1]; i++)
        if (waits->all.data[i].instr == instr && matches(waits, i, task))
            return true;
    const struct call_site *site = program_site(waits->program, func, instr);
    for (uint32_t i = 0; site && i < site->target_count; i++)
        if (site->targets[i].func && site->targets[i].certainty != GUESSED &&
            waits_in(waits, site->targets[i].func, task))
            return true;
    return false;
}

bool waits_joins(const struct waits *waits, ir_func_id func, ir_instr_id instr, task_id task)
{
    for (uint32_t i = waits->first[func]; i < waits->first[func + 1]; i++)
        if (waits->all.data[i].instr == instr && waits->all.data[i].kind == WAIT_JOIN &&
            matches(waits, i, task))
            return true;
    return false;
}

struct object waits_joined_owner(const struct waits *waits, ir_func_id func, ir_instr_id instr)
{
    const struct call_site *site = program_site(waits->program, func, instr);
    const struct role *join = site ? model_role(site->model, ROLE_JOIN) : NULL;
    if (!join)
        return (struct object){.kind = OBJECT_UNKNOWN};
    ir_val handle = role_value(waits_body(waits, func), &waits_body(waits, func)->instrs.data[instr],
                               join->at[POS_HANDLE]);
    return object_named_root(waits->program->module, func, trace(waits, func, handle));
}

struct object waits_task_owner(const struct waits *waits, task_id task)
{
    const struct spawn *spawn = &waits->program->spawns.data[task - 1];
    struct spawn_hop at = binding_innermost(spawn);
    const struct ir_func *func = waits_body(waits, at.func);
    ir_val handle = role_value(func, &func->instrs.data[at.instr], spawn->role->at[POS_HANDLE]);
    value_place place = place_of_value(waits->program->module, at.func, handle);
    for (uint32_t i = 0; place && i < waits->moves.count; i++)
        if (waits->moves.data[i].from == place && waits->moves.data[i].func == at.func)
            handle = waits->moves.data[i].target;
    struct object owner = object_named_root(waits->program->module, at.func, handle);
    for (uint32_t i = spawn->hop_count; i > 0; i--) {
        struct spawn_hop caller = i > 1 ? spawn->hops[i - 2] : (struct spawn_hop){spawn->func, spawn->instr};
        owner = binding_in_caller(waits->program, owner, caller.func, caller.instr);
    }
    const struct ir_step *rest;
    uint32_t count;
    return object_root(&owner, &rest, &count);
}
