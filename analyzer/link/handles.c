#include "link/handles.h"

enum { CONTEXT_CALLS = 3 };

enum flow_kind {
    FLOW_PLAIN, /* within a function, or through memory */
    FLOW_ENTER, /* into a callee, by its parameters */
    FLOW_LEAVE, /* out of a callee, by its result or what it was handed the address of */
    FLOW_TASK,  /* between a spawner and its task: calls don't match across */
};

struct flow {
    uint32_t to; /* node */
    uint8_t kind;
    uint32_t call; /* index of the site + 1 */
    uint32_t next; /* index + 1 of the next of the same source */
};

struct call_string {
    uint32_t call, outer, depth; /* `outer`: another string; 0: any caller */
};

struct callers {
    const struct call_site **items;
    uint32_t count;
};

struct handles {
    struct arena *arena;
    const struct program *program;
    const struct ir_module *module;
    struct map nodes; /* place -> index + 1 */
    VEC(value_place) places; /* by node */
    VEC(uint32_t) first; /* by node: index + 1 of its first flow */
    VEC(struct flow) flows;
    VEC(struct call_string) contexts; /* 0 is the empty one */
    struct map context_ids;
    struct callers *callers; /* by func */
};

struct point {
    uint32_t node, context;
};

struct search {
    struct handles *handles;
    struct map *places_seen, points_seen;
    VEC(struct point) points;
    VEC(value_place) places;
};

static const struct ir_func *body(const struct handles *handles, ir_func_id func)
{
    return &handles->module->funcs.data[func];
}

/* ---- the graph ---- */

static uint32_t node_of(struct handles *handles, value_place place)
{
    uint64_t *slot = map_put(&handles->nodes, place);
    if (!*slot) {
        *vec_push(handles->arena, &handles->places) = place;
        *vec_push(handles->arena, &handles->first) = 0;
        *slot = handles->places.count;
    }
    return (uint32_t)*slot - 1;
}

static void add_flow(struct handles *handles, value_place from, value_place to, enum flow_kind kind, uint32_t call)
{
    if (!from || !to || from == to)
        return;
    uint32_t source = node_of(handles, from), target = node_of(handles, to);
    *vec_push(handles->arena, &handles->flows) =
        (struct flow){target, (uint8_t)kind, call, handles->first.data[source]};
    handles->first.data[source] = handles->flows.count;
}

static bool is_pointing(const struct handles *handles, ir_type_id type)
{
    uint8_t kind = handles->module->types.data[type].kind;
    return kind == TYPE_POINTER || kind == TYPE_REFERENCE || kind == TYPE_ARRAY;
}

/* May something be written through the value? */
static bool is_address(const struct handles *handles, const struct ir_func *func, ir_val val)
{
    return ir_val_kind(val) == VAL_ADDR ||
           (ir_val_kind(val) == VAL_PATH && is_pointing(handles, func->paths.data[ir_val_index(val)].type));
}

static void add_copy(struct handles *handles, ir_func_id func, ir_val from, value_place to)
{
    value_place source = place_of_value(handles->module, func, from);
    add_flow(handles, source, to, FLOW_PLAIN, 0);
    if (is_address(handles, body(handles, func), from))
        add_flow(handles, to, source, FLOW_PLAIN, 0);
}

static void add_closure(struct handles *handles, ir_func_id func, const struct ir_instr *instr)
{
    const struct ir_class *class_ = &handles->module->classes.data[handles->module->types.data[instr->type].class_];
    for (uint32_t i = 0; i < instr->arg_count && i < class_->fields.count; i++)
        add_copy(handles, func, body(handles, func)->args.data[instr->first_arg + i],
                 place_of_field(class_->fields.data[i]));
}

static bool is_bound(const struct call_site *site, const struct ir_instr *call)
{
    return !(call->sym && site->model && model_is_opaque(site->model));
}

static void bind_target(struct handles *handles, const struct call_site *site, ir_func_id callee)
{
    const struct ir_func *func = body(handles, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    uint32_t id = (uint32_t)(site - handles->program->sites.data) + 1, params = body(handles, callee)->param_count;
    for (uint32_t i = 0; i < call->arg_count && i < params; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        value_place outside = place_of_value(handles->module, site->func, arg);
        value_place inside = place_of_local(callee, i + 1);
        add_flow(handles, outside, inside, FLOW_ENTER, id);
        if (is_address(handles, func, arg))
            add_flow(handles, inside, outside, FLOW_LEAVE, id);
    }
    if (!call->dst)
        return;
    value_place outside = place_of_path(handles->module, site->func, call->dst);
    value_place inside = place_of_result(callee);
    add_flow(handles, inside, outside, FLOW_LEAVE, id);
    if (is_pointing(handles, func->paths.data[call->dst].type))
        add_flow(handles, outside, inside, FLOW_ENTER, id);
}

/* What a library function does to what it is handed the addresses of: memcpy, a container's assignment. */
static void mix_arguments(struct handles *handles, const struct call_site *site)
{
    const struct ir_func *func = body(handles, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    value_place last = call->dst ? place_of_path(handles->module, site->func, call->dst) : 0;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        value_place place = is_address(handles, func, arg) ? place_of_value(handles->module, site->func, arg) : 0;
        if (!place)
            continue;
        add_flow(handles, place, last, FLOW_PLAIN, 0);
        add_flow(handles, last, place, FLOW_PLAIN, 0);
        last = place;
    }
}

static void add_roles(struct handles *handles, const struct call_site *site)
{
    for (uint32_t i = 0; i < site->model->role_count; i++) {
        const struct role *role = &site->model->roles[i];
        if (role->kind != ROLE_FLOWS && role->kind != ROLE_MOVE_HANDLE)
            continue;
        value_place from = place_of_role(handles->module, site->func, site->instr, role, POS_FROM);
        bool is_result = role->at[POS_TO] == AT_RESULT;
        bool is_dropped = is_result && !body(handles, site->func)->instrs.data[site->instr].dst;
        value_place to = is_dropped ? 0 : place_of_role(handles->module, site->func, site->instr, role, POS_TO);
        add_flow(handles, from, to, FLOW_PLAIN, 0);
        if (is_result) /* an element of the container, an iterator into it */
            add_flow(handles, to, from, FLOW_PLAIN, 0);
    }
}

static void add_call(struct handles *handles, const struct call_site *site)
{
    const struct ir_instr *call = &body(handles, site->func)->instrs.data[site->instr];
    bool has_body = false;
    if (site->model)
        add_roles(handles, site);
    if (!is_bound(site, call))
        return;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func && site->targets[i].certainty != GUESSED) {
            bind_target(handles, site, site->targets[i].func);
            has_body = true;
        }
    if (!has_body && !site->model)
        mix_arguments(handles, site);
}

/* What a library's aggregate holds is found in its members: `pair.first`, `entry->second`. */
static void add_member(struct handles *handles, ir_func_id id, const struct ir_path *path)
{
    for (uint32_t i = 0; path->base_kind == BASE_LOCAL && i < path->step_count; i++) {
        const struct ir_step *step = &body(handles, id)->steps.data[path->first_step + i];
        if (step->kind != STEP_FIELD)
            continue;
        const struct ir_field *field = &handles->module->fields.data[step->arg];
        if (handles->module->classes.data[field->class_].flags & CLASS_SYSTEM)
            add_flow(handles, place_of_local(id, path->base), place_of_field(step->arg), FLOW_PLAIN, 0);
    }
}

static void add_func(struct handles *handles, ir_func_id id)
{
    const struct ir_func *func = body(handles, id);
    for (ir_path_id i = 1; i < func->paths.count; i++)
        add_member(handles, id, &func->paths.data[i]);
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        value_place to = instr->dst ? place_of_path(handles->module, id, instr->dst) : 0;
        if (instr->op == IR_COPY || (instr->op == IR_BIN && to && is_address(handles, func, instr->a)))
            add_copy(handles, id, instr->a, to);
        else if (instr->op == IR_CLOSURE)
            add_closure(handles, id, instr);
        else if (instr->op == IR_RETURN)
            add_copy(handles, id, instr->a, place_of_result(id));
        const struct call_site *site = instr->op == IR_CALL ? program_site(handles->program, id, i) : NULL;
        if (site)
            add_call(handles, site);
    }
}

/* What a task is handed beside its captures. */
static void add_spawn(struct handles *handles, const struct spawn *spawn)
{
    const struct spawn_hop *last = spawn->hop_count ? &spawn->hops[spawn->hop_count - 1] : NULL;
    ir_func_id func = last ? last->func : spawn->func;
    const struct ir_instr *call = &body(handles, func)->instrs.data[last ? last->instr : spawn->instr];
    if (spawn->is_openmp || !spawn->role || spawn->role->at[POS_ARG] <= 0)
        return;
    uint32_t method = call->flags & (CALL_METHOD | CALL_CONSTRUCT) ? 1 : 0;
    uint32_t first = (uint32_t)spawn->role->at[POS_ARG] - 1 + method;
    for (uint32_t i = 0; i < spawn->entries.count; i++) {
        const struct callable *entry = &spawn->entries.items[i];
        bool is_closure = handles->module->syms.data[entry->sym].flags & SYM_LAMBDA;
        uint32_t param = is_closure ? 2 : 1;
        for (uint32_t k = first; entry->func && entry->certainty != GUESSED && k < call->arg_count; k++, param++) {
            if (param > body(handles, entry->func)->param_count || (k > first && !spawn->role->rest))
                break;
            ir_val arg = body(handles, func)->args.data[call->first_arg + k];
            value_place outside = place_of_value(handles->module, func, arg);
            value_place inside = place_of_local(entry->func, param);
            add_flow(handles, outside, inside, FLOW_TASK, 0);
            if (is_address(handles, body(handles, func), arg))
                add_flow(handles, inside, outside, FLOW_TASK, 0);
        }
    }
}

static void find_callers(struct handles *handles)
{
    const struct program *program = handles->program;
    handles->callers = arena_array(handles->arena, struct callers, handles->module->funcs.count);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < program->sites.count; i++)
            for (uint32_t k = 0; k < program->sites.data[i].target_count; k++) {
                struct callers *callers = &handles->callers[program->sites.data[i].targets[k].func];
                if (round)
                    callers->items[callers->count] = &program->sites.data[i];
                callers->count++;
            }
        for (ir_func_id func = 0; !round && func < handles->module->funcs.count; func++) {
            handles->callers[func].items =
                arena_array(handles->arena, const struct call_site *, handles->callers[func].count);
            handles->callers[func].count = 0;
        }
    }
}

struct handles *handles_solve(struct arena *arena, const struct program *program)
{
    struct handles *handles = arena_new(arena, struct handles);
    handles->arena = arena;
    handles->program = program;
    handles->module = program->module;
    map_init(&handles->nodes, arena);
    map_init(&handles->context_ids, arena);
    vec_push(arena, &handles->contexts);
    find_callers(handles);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        add_func(handles, func);
    for (uint32_t i = 0; i < program->spawns.count; i++)
        add_spawn(handles, &program->spawns.data[i]);
    return handles;
}

const struct call_site *const *handles_callers(const struct handles *handles, ir_func_id func, uint32_t *count)
{
    *count = func ? handles->callers[func].count : 0;
    return handles->callers[func].items;
}

/* ---- contexts ---- */

static uint32_t enter(struct handles *handles, uint32_t context, uint32_t call)
{
    uint32_t outer = handles->contexts.data[context].depth >= CONTEXT_CALLS ? 0 : context;
    uint64_t *slot = map_put(&handles->context_ids, map_key2(call, outer));
    if (!*slot) {
        *slot = handles->contexts.count;
        uint32_t depth = handles->contexts.data[outer].depth + 1;
        *vec_push(handles->arena, &handles->contexts) = (struct call_string){call, outer, depth};
    }
    return (uint32_t)*slot;
}

/* The context behind a flow; false: another call than the one that was entered by. */
static bool follow(struct handles *handles, const struct flow *flow, uint32_t *context)
{
    const struct call_string *inner = &handles->contexts.data[*context];
    if (flow->kind == FLOW_LEAVE && *context && inner->call != flow->call)
        return false;
    *context = flow->kind == FLOW_LEAVE   ? inner->outer
               : flow->kind == FLOW_ENTER ? enter(handles, *context, flow->call)
               : flow->kind == FLOW_TASK  ? 0
                                          : *context;
    if (place_is_shared(handles->places.data[flow->to]))
        *context = 0;
    return true;
}

/* ---- asking ---- */

static void add_point(struct search *search, uint32_t node, uint32_t context)
{
    /* What holds for any caller holds for each. */
    if (map_get(&search->points_seen, map_key2(node, context)) || map_get(&search->points_seen, map_key2(node, 0)))
        return;
    struct arena *arena = search->handles->arena;
    *map_put(&search->points_seen, map_key2(node, context)) = 1;
    *vec_push(arena, &search->points) = (struct point){node, context};
    uint64_t *is_known = map_put(search->places_seen, search->handles->places.data[node]);
    if (!*is_known)
        *vec_push(arena, &search->places) = search->handles->places.data[node];
    *is_known = 1;
}

struct handle_reach handles_reach(struct handles *handles, value_place from)
{
    struct search search = {.handles = handles, .places_seen = arena_new(handles->arena, struct map)};
    map_init(search.places_seen, handles->arena);
    map_init(&search.points_seen, handles->arena);
    if (from)
        add_point(&search, node_of(handles, from), 0);
    for (uint32_t at = 0; at < search.points.count; at++) {
        struct point point = search.points.data[at];
        for (uint32_t i = handles->first.data[point.node]; i; i = handles->flows.data[i - 1].next) {
            struct flow flow = handles->flows.data[i - 1];
            uint32_t context = point.context;
            if (follow(handles, &flow, &context))
                add_point(&search, flow.to, context);
        }
    }
    return (struct handle_reach){search.places_seen, search.places.data, search.places.count};
}

bool handles_reach_holds(const struct handle_reach *reach, value_place place)
{
    return place && map_get(reach->seen, place) != NULL;
}

bool handles_leave_by(const struct handles *handles, const struct call_site *site)
{
    const struct ir_instr *call = &body(handles, site->func)->instrs.data[site->instr];
    if (call->sym && (site->model || model_is_quiet(handles->program->models, handles->module, call->sym)))
        return false;
    return !site->target_count || !site->targets[0].func || site->flags & (SITE_UNRESOLVED | SITE_MAYBE_MORE);
}

static void put_arguments(const struct handles *handles, ir_func_id func, const struct ir_instr *instr,
                          struct map *places)
{
    for (uint32_t i = 0; i < instr->arg_count; i++) {
        value_place place =
            place_of_value(handles->module, func, body(handles, func)->args.data[instr->first_arg + i]);
        if (place)
            *map_put(places, place) = 1;
    }
}

/* A library's interface: its callers are not here. */
static void put_interface(const struct handles *handles, ir_func_id func, struct map *places)
{
    if (handles->callers[func].count || handles->module->syms.data[body(handles, func)->sym].flags & SYM_MAIN)
        return;
    *map_put(places, place_of_result(func)) = 1;
    for (uint32_t i = 1; i <= body(handles, func)->param_count; i++)
        if (!(body(handles, func)->locals.data[i].flags & LOCAL_THIS))
            *map_put(places, place_of_local(func, i)) = 1;
}

void handles_put_outside(const struct handles *handles, struct map *places)
{
    for (uint32_t i = 0; i < handles->program->sites.count; i++) {
        const struct call_site *site = &handles->program->sites.data[i];
        if (handles_leave_by(handles, site))
            put_arguments(handles, site->func, &body(handles, site->func)->instrs.data[site->instr], places);
    }
    for (ir_func_id func = 1; func < handles->module->funcs.count; func++) {
        put_interface(handles, func, places);
        for (ir_instr_id i = 0; i < body(handles, func)->instrs.count; i++)
            if (body(handles, func)->instrs.data[i].op == IR_HAVOC)
                put_arguments(handles, func, &body(handles, func)->instrs.data[i], places);
    }
}

value_place handles_of_spawn(const struct handles *handles, const struct spawn *spawn)
{
    uint32_t hop = spawn->hop_count;
    struct spawn_hop at = hop ? spawn->hops[hop - 1] : (struct spawn_hop){spawn->func, spawn->instr};
    const struct ir_instr *call = &body(handles, at.func)->instrs.data[at.instr];
    if (!spawn->role || !spawn->role->at[POS_HANDLE] || (spawn->role->at[POS_HANDLE] == AT_RESULT && !call->dst))
        return 0;
    value_place place = place_of_role(handles->module, at.func, at.instr, spawn->role, POS_HANDLE);
    while (hop > 0 && place_kind(place) == PLACE_LOCAL && place_index(place) <= body(handles, at.func)->param_count) {
        hop--;
        at = hop ? spawn->hops[hop - 1] : (struct spawn_hop){spawn->func, spawn->instr};
        call = &body(handles, at.func)->instrs.data[at.instr];
        if (place_index(place) > call->arg_count)
            return 0;
        place = place_of_value(handles->module, at.func,
                               body(handles, at.func)->args.data[call->first_arg + place_index(place) - 1]);
    }
    return place;
}
