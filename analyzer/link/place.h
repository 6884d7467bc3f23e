/* Places for values, told apart across functions without regard to objects or order: a field of a class (whatever the
 * object), a global, a local or parameter of one function, a function's result.  An address and what lies there are one
 * place, so that dereferences and indexes don't matter.  link/object.h is the exact relative.
 */
#ifndef LINK_PLACE_H
#define LINK_PLACE_H

#include "link/program.h"

/* Equal places, equal numbers; 0: none. */
typedef uint64_t value_place;

enum place_kind { PLACE_NONE, PLACE_FIELD, PLACE_GLOBAL, PLACE_LOCAL, PLACE_RESULT };

value_place place_of_field(ir_field_id field);
value_place place_of_global(ir_sym_id sym);
value_place place_of_local(ir_func_id func, ir_local_id local);
value_place place_of_result(ir_func_id func);
value_place place_of_path(const struct ir_module *module, ir_func_id func, ir_path_id path);
value_place place_of_value(const struct ir_module *module, ir_func_id func, ir_val val);
/* What a call has at a position of its role. */
value_place place_of_role(const struct ir_module *module, ir_func_id func, ir_instr_id instr, const struct role *role,
                          enum model_position position);

static inline enum place_kind place_kind(value_place place)
{
    return (enum place_kind)(place >> 61);
}
/* Of a local or a result. */
static inline ir_func_id place_func(value_place place)
{
    return (ir_func_id)(place >> 29);
}
/* ir_field_id, ir_sym_id or ir_local_id. */
static inline uint32_t place_index(value_place place)
{
    return (uint32_t)place & 0x1fffffff;
}
/* A field or a global: code elsewhere can reach it. */
static inline bool place_is_shared(value_place place)
{
    return place_kind(place) == PLACE_FIELD || place_kind(place) == PLACE_GLOBAL;
}

#endif
