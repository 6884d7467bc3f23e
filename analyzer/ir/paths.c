/* The builder's paths and values: unique within the function. */
#include <string.h>

#include "base/hash.h"
#include "ir/builder.h"
#include "ir/draft.h"

static bool paths_equal(const struct ir_builder *builder, const struct ir_path *a, const struct ir_path *b)
{
    const struct ir_step *steps = builder->func.steps.data;
    return a->base_kind == b->base_kind && a->base == b->base && a->step_count == b->step_count &&
           (!a->step_count || !memcmp(steps + a->first_step, steps + b->first_step, a->step_count * sizeof *steps));
}

static uint64_t path_hash(const struct ir_builder *builder, const struct ir_path *path)
{
    uint64_t words[2] = {map_key2(path->base_kind, path->base), 0};
    if (path->step_count)
        words[1] =
            hash_bytes64(builder->func.steps.data + path->first_step, path->step_count * sizeof(struct ir_step));
    return hash_bytes64(words, sizeof words);
}

/* The id of the path whose steps are the last ones pushed; takes them back when it is known already. */
static ir_path_id unique_path(struct ir_builder *builder, struct draft_path path)
{
    for (uint64_t key = path_hash(builder, &path.path);; key++) {
        uint64_t *id = map_put(&builder->path_of, key);
        if (!*id) {
            *id = builder->paths.count;
            *vec_push(builder->arena, &builder->paths) = path;
            return (ir_path_id)*id;
        }
        struct ir_path *known = &builder->paths.data[*id].path;
        if (paths_equal(builder, known, &path.path)) {
            if (!known->type)
                known->type = path.path.type;
            builder->func.steps.count -= path.path.step_count;
            return (ir_path_id)*id;
        }
    }
}

ir_path_id ir_path_local(struct ir_builder *builder, ir_local_id local)
{
    struct ir_path path = {.base_kind = BASE_LOCAL, .base = local};
    path.type = builder->func.locals.data[local].type;
    return unique_path(builder, (struct draft_path){path, 0});
}

ir_path_id ir_path_global(struct ir_builder *builder, ir_sym_id sym)
{
    struct ir_path path = {.base_kind = BASE_GLOBAL, .base = sym};
    path.type = builder->module->syms.data[sym].type;
    return unique_path(builder, (struct draft_path){path, 0});
}

/* `path`, or where it is too long a short one for the same object. */
static ir_path_id shorten(struct ir_builder *builder, ir_path_id path)
{
    if (builder->paths.data[path].path.step_count < PATH_MAX_STEPS)
        return path;
    ir_type_id type = builder->paths.data[path].path.type;
    ir_local_id temp = ir_add_temp(builder, 0);
    ir_emit_copy(builder, ir_path_local(builder, temp), ir_addr(builder, path));
    return ir_path_deref(builder, ir_path_local(builder, temp), type);
}

static ir_path_id extend(struct ir_builder *builder, ir_path_id of, enum ir_step_kind kind, uint32_t arg,
                         ir_type_id type, uint32_t index_depth)
{
    of = shorten(builder, of);
    struct draft_path path = builder->paths.data[of];
    uint32_t from = path.path.first_step;
    path.path.first_step = builder->func.steps.count;
    for (uint32_t i = 0; i < path.path.step_count; i++) {
        struct ir_step step = builder->func.steps.data[from + i];
        *vec_push(builder->arena, &builder->func.steps) = step;
    }
    *vec_push(builder->arena, &builder->func.steps) = (struct ir_step){kind, arg};
    path.path.step_count++;
    path.path.type = type;
    if (index_depth > path.index_depth)
        path.index_depth = index_depth;
    return unique_path(builder, path);
}

ir_path_id ir_path_deref(struct ir_builder *builder, ir_path_id path, ir_type_id type)
{
    return extend(builder, path, STEP_DEREF, 0, type, 0);
}

ir_path_id ir_path_field(struct ir_builder *builder, ir_path_id path, ir_field_id field)
{
    return extend(builder, path, STEP_FIELD, field, builder->module->fields.data[field].type, 0);
}

ir_path_id ir_path_index(struct ir_builder *builder, ir_path_id path, ir_val index, ir_type_id type)
{
    uint32_t depth = 1;
    if (ir_val_kind(index) == VAL_PATH || ir_val_kind(index) == VAL_ADDR)
        depth += builder->paths.data[ir_val_index(index)].index_depth;
    if (depth > PATH_MAX_INDEX_DEPTH) {
        index = IR_UNKNOWN;
        depth = 1;
    }
    return extend(builder, path, STEP_INDEX, index, type, depth);
}

void ir_set_path_type(struct ir_builder *builder, ir_path_id path, ir_type_id type)
{
    builder->paths.data[path].path.type = type;
}

const struct ir_path *ir_path(struct ir_builder *builder, ir_path_id path)
{
    return &builder->paths.data[path].path;
}

/* ---- values ---- */

ir_val ir_int(struct ir_builder *builder, int64_t value)
{
    if (!value)
        return IR_VAL(VAL_INT, 0);
    uint64_t *id = map_put(&builder->int_of, (uint64_t)value);
    if (!*id) {
        *id = builder->func.ints.count;
        *vec_push(builder->arena, &builder->func.ints) = value;
    }
    return IR_VAL(VAL_INT, (uint32_t)*id);
}

int64_t ir_int_value(struct ir_builder *builder, ir_val val)
{
    return builder->func.ints.data[ir_val_index(val)];
}

ir_val ir_str(struct ir_builder *builder, const char *text)
{
    return IR_VAL(VAL_STR, ir_string(builder->module, text));
}

ir_val ir_func_addr(ir_sym_id sym)
{
    return IR_VAL(VAL_FUNC, sym);
}

ir_val ir_read(ir_path_id path)
{
    return IR_VAL(VAL_PATH, path);
}

ir_val ir_addr(struct ir_builder *builder, ir_path_id path)
{
    struct draft_path whole = builder->paths.data[path];
    const struct ir_step *steps = builder->func.steps.data + whole.path.first_step;
    if (whole.path.step_count && steps[whole.path.step_count - 1].kind == STEP_DEREF) {
        /* The pointer's own path exists: it was the one extended by this step. */
        whole.path.step_count--;
        for (uint32_t i = 0; i < whole.path.step_count; i++) {
            struct ir_step step = builder->func.steps.data[whole.path.first_step + i];
            *vec_push(builder->arena, &builder->func.steps) = step;
        }
        whole.path.first_step = builder->func.steps.count - whole.path.step_count;
        whole.path.type = 0;
        return ir_read(unique_path(builder, whole));
    }
    return IR_VAL(VAL_ADDR, path);
}

ir_path_id ir_pointee(struct ir_builder *builder, ir_val pointer, ir_type_id type)
{
    if (ir_val_kind(pointer) == VAL_ADDR)
        return ir_val_index(pointer);
    if (ir_val_kind(pointer) == VAL_PATH)
        return ir_path_deref(builder, ir_val_index(pointer), type);
    ir_path_id temp = ir_path_local(builder, ir_add_temp(builder, 0));
    ir_emit_copy(builder, temp, pointer);
    return ir_path_deref(builder, temp, type);
}
