/* What waits without bound. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/waits_parts.h"

/* ---- how long ---- */

static double seconds_per(const char *unit)
{
    return !strcmp(unit, "s") ? 1 : !strcmp(unit, "ms") ? 1e-3 : !strcmp(unit, "us") ? 1e-6 : 1e-9;
}

static bool names_field(const struct waits *waits, const struct ir_func *func, const struct ir_path *path,
                        const char *name)
{
    if (!path->step_count)
        return false;
    const struct ir_step *last = &func->steps.data[path->first_step + path->step_count - 1];
    const struct ir_module *module = waits->pass->module;
    return last->kind == STEP_FIELD && !strcmp(ir_text(module, module->fields.data[last->arg].name), name);
}

/* The seconds that were stored into the struct; false where they can't be read. */
static bool struct_seconds(const struct waits *waits, const struct ir_func *func, ir_val pointer,
                           double *seconds)
{
    if (ir_val_kind(pointer) != VAL_ADDR)
        return false;
    const struct ir_path *object = &func->paths.data[ir_val_index(pointer)];
    bool found = false,
         has_rest = false; /* the rest set and the seconds not: an initialiser that leaves them zero */
    *seconds = 0;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct ir_path *dst = &func->paths.data[instr->dst];
        int64_t value;
        if (instr->op != IR_COPY || dst->base_kind != object->base_kind || dst->base != object->base)
            continue;
        has_rest |= names_field(waits, func, dst, "tv_nsec") || names_field(waits, func, dst, "tv_usec");
        if (!names_field(waits, func, dst, "tv_sec"))
            continue;
        if (!value_constant(func, instr->a, &value))
            return false;
        *seconds = found && *seconds > (double)value ? *seconds : (double)value;
        found = true;
    }
    return found || has_rest;
}

/* `duration<long, std::ratio<1, 1000>>`: seconds a tick. */
static double tick_of(const char *type)
{
    const char *ratio = strstr(type, "ratio<");
    long up, down;
    if (ratio && sscanf(ratio, "ratio<%ld, %ld>", &up, &down) == 2 && down)
        return (double)up / (double)down;
    return ratio ? 0 : 1;
}

/* A digit sequence in the name of a literal operator: operator""ms<'1','0','0'>. */
static bool literal_ticks(const char *key, double *ticks)
{
    const char *digits = strstr(key, "ILc");
    if (!digits)
        return false;
    *ticks = 0;
    for (digits++; !strncmp(digits, "Lc", 2); digits = strchr(digits, 'E') ? strchr(digits, 'E') + 1 : "") {
        long c = strtol(digits + 2, NULL, 10);
        if (c >= '0' && c <= '9')
            *ticks = *ticks * 10 + (double)(c - '0');
    }
    return true;
}

/* A std::chrono duration made in this function from a constant. */
static bool duration_seconds(const struct waits *waits, const struct ir_func *func, ir_val object,
                             double *seconds)
{
    const struct ir_module *module = waits->pass->module;
    if (ir_val_kind(object) != VAL_ADDR && ir_val_kind(object) != VAL_PATH)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(object)];
    double tick = tick_of(ir_text(module, module->types.data[path->type].spelling));
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        int64_t value;
        double ticks;
        if (instr->op == IR_CALL && instr->dst && func->paths.data[instr->dst].base == path->base &&
            literal_ticks(ir_text(module, module->syms.data[instr->sym].key), &ticks)) {
            *seconds = ticks * tick;
            return tick > 0;
        }
        if (instr->op != IR_CALL || !(instr->flags & CALL_CONSTRUCT) || instr->arg_count < 2)
            continue;
        ir_val made = func->args.data[instr->first_arg], from = func->args.data[instr->first_arg + 1];
        if (ir_val_kind(made) != VAL_ADDR || func->paths.data[ir_val_index(made)].base != path->base)
            continue;
        if (ir_val_kind(from) == VAL_ADDR)
            from = ir_val_index(from) ? IR_VAL(VAL_PATH, ir_val_index(from)) : from;
        if (value_constant(func, from, &value) && tick > 0) {
            *seconds = (double)value * tick;
            return true;
        }
        return duration_seconds(waits, func, func->args.data[instr->first_arg + 1], seconds);
    }
    return false;
}

/* Whether the call ends by itself soon enough. */
static bool is_bounded(const struct waits *waits, const struct ir_func *func, const struct ir_instr *call,
                       const struct role *role)
{
    bool is_sleep = role->class_ && !strcmp(role->class_, "sleep");
    ir_val timeout = role_value(func, call, role->at[POS_TIMEOUT]);
    int64_t value;
    double seconds;
    if (!timeout)
        return false;
    if (!role->unit)
        return duration_seconds(waits, func, timeout, &seconds) ? seconds <= waits->max_wait : !is_sleep;
    bool is_struct = !strncmp(role->unit, "time", 4);
    if (is_struct && value_constant(func, timeout, &value))
        return false; /* NULL: for ever */
    if (is_struct)
        return struct_seconds(waits, func, timeout, &seconds) ? seconds <= waits->max_wait : !is_sleep;
    if (value_constant(func, timeout, &value))
        return value >= 0 && (double)value * seconds_per(role->unit) <= waits->max_wait;
    return !is_sleep;
}

/* ---- for what ---- */

static const char *class_of(const struct waits *waits, ir_func_id func, const struct ir_instr *call,
                            const struct role *role)
{
    if (!role->class_ || strcmp(role->class_, "unknown"))
        return role->class_ ? role->class_ : "sync";
    ir_val channel = role_value(waits_body(waits, func), call, role->at[POS_CHANNEL]);
    uint32_t bits = channels_at(waits->channels, place_of_value(waits->pass->module, func, channel));
    return bits & CHANNEL_NETWORK ? "network"
           : bits & CHANNEL_PIPE  ? "pipe"
           : bits & CHANNEL_DISK  ? "disk"
                                  : "unknown";
}

static bool is_nonblocking(const struct waits *waits, ir_func_id func, const struct ir_instr *call,
                           const struct role *role)
{
    const struct ir_func *function = waits_body(waits, func);
    ir_val channel = role_value(function, call, role->at[POS_CHANNEL]);
    if (!role->all && channels_at(waits->channels, place_of_value(waits->pass->module, func, channel)) &
                          CHANNEL_NONBLOCKING)
        return true;
    return role->bits &&
           value_has_bits(function, role_value(function, call, role->at[POS_FLAGS]), role->bits);
}

static bool is_counted(const struct waits *waits, const char *class_)
{
    static const struct {
        const char *text;
        bool counts;
    } classes[BLOCK_CLASS_COUNT] = {
#define BLOCK_CLASS(NAME, text, counts) {text, counts},
#include "facts/block_classes.def"
#undef BLOCK_CLASS
    };
    uint32_t wanted = waits->pass->config->block_classes;
    for (uint32_t i = 0; i < BLOCK_CLASS_COUNT; i++)
        if (!strcmp(class_, classes[i].text))
            return wanted ? wanted & BLOCK_BIT(i) : classes[i].counts;
    return false;
}

const struct role *wait_role(struct waits *waits, ir_func_id func, ir_instr_id instr)
{
    const struct role *role = check_role(waits->pass, func, instr, ROLE_BLOCK);
    if (!role)
        return NULL;
    const struct ir_func *function = waits_body(waits, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    bool is_on = is_counted(waits, class_of(waits, func, call, role));
    if (!is_on || is_nonblocking(waits, func, call, role) || is_bounded(waits, function, call, role))
        return NULL;
    return role;
}

static const struct polls *polls_of(struct waits *waits, ir_func_id func)
{
    if (waits->polls[func])
        return waits->polls[func];
    const struct program_func *info = &waits->pass->program->funcs.data[func];
    struct polls *polls = arena_new(waits->pass->arena, struct polls);
    waits->polls[func] = polls;
    polls->items = arena_array(waits->pass->arena, ir_instr_id, info->site_count);
    for (uint32_t i = info->first_site; i < info->first_site + info->site_count; i++) {
        const struct call_site *site = &waits->pass->program->sites.data[i];
        const struct role *role = model_role(site->model, ROLE_BLOCK);
        if (role && role->all)
            polls->items[polls->count++] = site->instr;
    }
    return polls;
}

bool wait_is_polled(struct waits *waits, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = waits_body(waits, func);
    const struct polls *polls = polls_of(waits, func);
    ir_block_id target = ir_block_of(function, instr);
    for (uint32_t i = 0; i < polls->count; i++) {
        ir_block_id at = ir_block_of(function, polls->items[i]);
        if (polls->items[i] != instr && ir_dominates(contexts_func(waits->contexts, func)->cfg, at, target) &&
            (at != target || polls->items[i] < instr))
            return true;
    }
    return false;
}

const char *wait_text(const struct waits *waits, ir_func_id func, ir_instr_id instr, const struct role *role)
{
    const struct ir_instr *call = &waits_body(waits, func)->instrs.data[instr];
    const char *class_ = class_of(waits, func, call, role), *name = check_func_name(waits->pass, call->sym);
    const char *what = !strcmp(class_, "network")   ? "waits for the network for as long as the peer likes"
                       : !strcmp(class_, "pipe")    ? "waits until somebody writes"
                       : !strcmp(class_, "sleep")   ? "sleeps on"
                       : !strcmp(class_, "dns")     ? "waits for a name server"
                       : !strcmp(class_, "disk")    ? "waits for a disk or for whoever serves it"
                       : !strcmp(class_, "lock")    ? "waits until another task lets go of the lock"
                       : !strcmp(class_, "unknown") ? "waits until the descriptor is ready"
                       : !strcmp(class_, "process") ? "waits for another process or a signal"
                                                    : "waits until another task wakes it";
    return arena_printf(waits->pass->arena, "%s %s", name, what);
}

struct waits *waits_create(struct check_pass *pass, struct contexts *contexts, double max_wait)
{
    struct waits *waits = arena_new(pass->arena, struct waits);
    waits->pass = pass;
    waits->contexts = contexts;
    waits->channels = channels_solve(pass->arena, pass->program);
    waits->max_wait = max_wait;
    waits->polls = arena_array(pass->arena, struct polls *, pass->module->funcs.count);
    return waits;
}
