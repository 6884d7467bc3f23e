/* Access paths that compare across functions: what the typestate engine calls places.
 *
 * A loc is a base and steps, unique in its table; a local base means a local of the frame at hand.  Besides ir.h's
 * steps there are expressions over a loc (`flags & 4`), so that facts about them live and die with it.
 */
#ifndef FLOW_LOC_H
#define FLOW_LOC_H

#include "base/map.h"
#include "ir/ir.h"

typedef uint32_t loc_id;

enum loc_kind {
    LOC_NONE,
    LOC_LOCAL,  /* arg: ir_local_id */
    LOC_GLOBAL, /* arg: ir_sym_id */
    LOC_RESULT, /* the frame's return value */
    LOC_DEREF,
    LOC_FIELD,  /* arg: ir_field_id */
    LOC_AT,     /* [constant]: arg */
    LOC_INDEX,  /* [what the loc `arg` holds] */
    LOC_ANY,    /* [nobody knows]: never a name */
    LOC_EXPR,   /* parent op constant: arg is op << 24 | index of the constant */
    LOC_EXPR2,  /* parent op loc: extra is the op */
};

struct loc {
    uint8_t kind, op;
    uint16_t depth; /* steps below the base */
    uint32_t arg;
    loc_id parent, root;
    bool is_memory; /* a global, or some DEREF on the way */
    bool is_vague;  /* some ANY on the way */
};

struct locs {
    struct arena *arena;
    VEC(struct loc) table;
    struct map of;
};

enum { LOC_DEEPEST = 10 };

void locs_init(struct locs *locs, struct arena *arena);
loc_id loc_base(struct locs *locs, enum loc_kind kind, uint32_t arg);
/* 0 where it would be too deep, or parent is 0. */
loc_id loc_step(struct locs *locs, loc_id parent, enum loc_kind kind, uint32_t arg, uint8_t op);
loc_id loc_of_path(struct locs *locs, const struct ir_func *func, ir_path_id path);
static inline const struct loc *loc_get(const struct locs *locs, loc_id id)
{
    return &locs->table.data[id];
}

/* Is `prefix` the loc itself or on the way to it? */
bool loc_has_prefix(const struct locs *locs, loc_id loc, loc_id prefix);
/* Does writing `written` change what `loc` means or holds?  Array elements overlap unless both are constant and
 * differ; indices and operands count. */
bool loc_is_changed_by(const struct locs *locs, loc_id loc, loc_id written);
/* `loc` with its prefix `from` replaced by `to`; 0 when it can't be. */
loc_id loc_replace(struct locs *locs, loc_id loc, loc_id from, loc_id to);

/* A name: what the loc holds, or (address) what lies at it. */
typedef uint32_t name_id;
#define NAME_HELD(loc) ((name_id)(loc) << 1)
#define NAME_AT(loc)   ((name_id)(loc) << 1 | 1)
static inline loc_id name_loc(name_id name)
{
    return name >> 1;
}
static inline bool name_is_address(name_id name)
{
    return name & 1;
}
/* The name of an object that a value names; 0: constants and the unknown.  `&*p` is p.  `loc_of`: by path. */
name_id name_of_val(const struct locs *locs, const loc_id *loc_of, ir_val val);
/* How `name` is called when the value named `from` (a pointer or the thing itself) is also called `to`; 0: not at all.
 * from p to q: `p->fd` becomes `q->fd`; from &x to q: `x.fd` becomes `q->fd`, `&x` becomes q. */
name_id name_translate(struct locs *locs, name_id name, name_id from, name_id to);
/* The same for a plain copy of an aggregate: x.f becomes y.f. */
name_id name_replace(struct locs *locs, name_id name, loc_id from, loc_id to);

/* As in C: `conn->fd`, `ends[1]`. False where it has no such name (temporaries, results). */
struct buf;
bool loc_print(struct buf *out, const struct locs *locs, const struct ir_module *module, const struct ir_func *func,
               loc_id loc);

#endif
