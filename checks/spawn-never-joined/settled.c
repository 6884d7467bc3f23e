#include "joined.h"

static void settle(struct joined *joined, const struct call_site *site, const struct role *role)
{
    value_place place =
        role ? place_of_role(joined->pass->module, site->func, site->instr, role, POS_HANDLE) : 0;
    if (place)
        *map_put(&joined->settled, place) = 1;
}

void find_settled(struct joined *joined)
{
    const struct program *program = joined->pass->program;
    map_init(&joined->settled, joined->pass->arena);
    handles_put_outside(joined->handles, &joined->settled);
    for (uint32_t i = 0; i < program->sites.count; i++) {
        settle(joined, &program->sites.data[i], model_role(program->sites.data[i].model, ROLE_JOIN));
        settle(joined, &program->sites.data[i], model_role(program->sites.data[i].model, ROLE_DETACH));
    }
}

bool is_settled(const struct joined *joined, const struct handle_reach *reach)
{
    for (uint32_t i = 0; i < reach->count; i++)
        if (map_get(&joined->settled, reach->places[i]))
            return true;
    return false;
}

bool is_settled_elsewhere(const struct joined *joined, const struct handle_reach *reach)
{
    bool is_shared = false, is_settled = false;
    for (uint32_t i = 1; i < reach->count; i++) {
        is_shared |= place_is_shared(reach->places[i]);
        is_settled |= map_get(&joined->settled, reach->places[i]) != NULL;
    }
    return is_shared && is_settled;
}
