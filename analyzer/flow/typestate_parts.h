/* What the typestate engine's files share; private to them.
 *
 * typestate_prep.c   what a function is to the engine, once: places of its paths, events, what it touches and writes
 * typestate_run.c    one object through one frame: states at blocks, joins, instructions
 * typestate_call.c   names and facts into a callee and back
 * typestate.c        the objects of a function, violations, stories
 */
#ifndef FLOW_TYPESTATE_PARTS_H
#define FLOW_TYPESTATE_PARTS_H

#include "flow/branch_facts.h"
#include "flow/typestate.h"
#include "ir/cfg.h"

enum {
    NAMES_MOST = 8,      /* of one object in one state */
    STATES_MOST = 10,    /* at one block; more merge by typestate */
    TOUCHED_MOST = 1024, /* names a function's events are about */
    TOUCHED_OUT = 48,    /* of them, those that callers can name */
    RETURNED_OUT = 4,
    TESTED_MOST = 64,    /* places of callers that a function's branches ask */
    MODS_MOST = 256,     /* fields and globals a function writes */
    WAYS_MOST = 8,       /* out of a callee context */
    CONTEXTS_MOST = 12,  /* of one callee; further ones go without facts */
    PREP_DEEPEST = 60, CALL_DEEPEST = 24,
    STORY_MOST = 48,     /* steps */
    BODIES_MOST = 6,     /* of one call */
};

typedef VEC(name_id) name_list;
typedef VEC(loc_id) loc_list;

struct event { /* typestate_event with its object as a name */
    uint8_t event, born, success;
    name_id object;
    name_id alias; /* not 0: another name of it from here on */
    loc_id result; /* of a birth: what says that it succeeded */
};

struct event_range {
    uint32_t first, count;
};

struct landing {
    ir_block_id *blocks;
    uint32_t count;
    bool escapes, is_known;
};

/* An object that a function makes and hands out. */
struct creation {
    uint8_t typestate;
    uint8_t name_count;
    name_id names[NAMES_MOST]; /* in the callee's frame */
    struct range result;
    struct facts facts; /* on memory */
    const struct typestate_step *steps;
    uint32_t step_count;
    ir_func_id born_func;
    ir_instr_id born_instr;
};

struct way { /* out of a callee, in its frame */
    uint8_t typestate, name_count;
    bool escaped, inherited;
    name_id names[NAMES_MOST];
    struct range result;
    struct facts facts; /* on memory and the result only */
    const struct typestate_step *steps;
    uint32_t step_count;
};

typedef VEC(struct way) way_list;

struct inner_error { /* an event in a callee that errs because of the state the object came in */
    uint8_t error, state, event;
    bool must;
    const struct typestate_step *steps;
    uint32_t step_count;
};

struct context {
    uint8_t typestate, name_count;
    name_id names[NAMES_MOST];
    struct facts facts;
    bool is_done; /* false: being computed, a recursion */
    way_list ways;
    VEC(struct inner_error) errors;
    bool matched_ok; /* some event of the object went well */
};

struct prep {
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    loc_id *loc_of;              /* by path; ANY steps included */
    struct event_range *events_at; /* by instruction */
    VEC(struct event) events;
    name_list touched;           /* everything relevant in this frame */
    name_list touched_out;       /* what callers can name */
    name_list returned_out;      /* what callers can name too: an accessor's `return c->fd` */
    bool returns_more;           /* something else can be returned as well */
    struct map is_tested;        /* locs that branches ask, directly or through temporaries and callees */
    loc_list tested_out;
    loc_id **tested_outside;     /* by call, once it was asked: what its callee's tested_out are here */
    struct map mods;             /* fields (id * 2), globals (id * 2 + 1) */
    bool mods_all;
    bool *param_is_written;      /* by local, parameters only */
    bool *param_is_written_through; /* what it points to is, here or in a callee */
    bool *param_is_kept;         /* the callee stores it or hands it to who knows; only where lost objects are asked for */
    bool *local_crosses;         /* by local: a temporary that is used outside of its block */
    struct range result;         /* of constant returns */
    bool is_busy;                /* being prepared: a recursion */
    struct landing *landings;    /* by region */
    VEC(struct creation) creations;
    VEC(struct context *) contexts;
    struct typestate_result *answer;
    bool answer_is_busy;
    bool makes_any;              /* some birth stands in it or its callees */
};

struct typestate {
    struct arena *arena;   /* answers, preps, contexts */
    struct arena *scratch; /* of the function at hand; released stack-wise */
    const struct typestate_input *input;
    const struct ir_module *module;
    struct locs locs;
    struct prep **preps; /* by func */
    uint32_t prep_depth, call_depth;
    int64_t steps_left;
    bool bounded;
};

/* A way back to how a state came about; in scratch. */
struct node {
    const struct node *previous;
    struct typestate_step step;
    const struct typestate_step *inner; /* a callee's steps, behind this one and one deeper */
    uint32_t inner_count;
    uint32_t length;
};

struct state {
    uint8_t typestate, name_count;
    bool escaped;
    bool inherited; /* the typestate is the one the frame was entered with */
    name_id names[NAMES_MOST]; /* ascending */
    const struct node *node;
    struct state *next_spare; /* while nobody uses it */
    struct facts facts;       /* last: state_copy */
};

/* The name under which an object is born behind an instruction. */
struct birth {
    ir_instr_id instr; /* 0: at the entry */
    uint8_t typestate, event, success;
    bool is_real;      /* by an event, here or in a callee; false: assumed */
    uint8_t name_count;
    name_id names[NAMES_MOST];
    loc_id result;     /* 0: nothing is known of a result */
    struct range result_range;
    struct facts facts; /* known of memory when it comes out of a callee */
    const struct typestate_step *inner;
    uint32_t inner_count;
    ir_func_id born_func;
    ir_instr_id born_instr;
};

struct tally { /* at one instruction, over all objects of a frame */
    uint32_t good;
};

struct hit { /* a violation as found, not yet told */
    uint8_t error, state, event;
    bool must_inside; /* of a callee's event: on every path in there */
    ir_instr_id instr;
    name_id object;
    const struct typestate_step *steps;
    uint32_t step_count;
    const struct birth *birth;
};

/* States at one point, merged: one per typestate, names and origin, as far as there is room. */
struct set {
    struct state *items[STATES_MOST];
    uint32_t count;
};

struct hits {
    VEC(struct hit) items;
};

struct run {
    struct typestate *engine;
    struct prep *prep;
    struct set *at;             /* by block: at its entry */
    bool *is_dirty;             /* by block */
    uint32_t dirty_count, first_dirty; /* of them; the first is of the order of cfg->rpo */
    struct state *spare;        /* to use again */
    const struct birth *birth;  /* NULL: a callee's context, or no object (facts only) */
    struct context *context;    /* where ways and inner errors go; NULL: the top frame */
    struct tally *tally;        /* by instruction */
    struct hits *hits;          /* top frame */
    way_list exits;      /* of real births in the top frame: creations */
    bool matched_ok;
};

/* ---- prep ---- */
struct prep *typestate_prep(struct typestate *engine, ir_func_id func); /* NULL: too deep, or recursive */
/* typestate_keep.c: fills param_is_kept. */
void prep_find_kept(struct typestate *engine, struct prep *prep);
const struct landing *prep_landing(struct typestate *engine, struct prep *prep, ir_region_id region);
uint32_t typestate_bodies(struct typestate *engine, ir_func_id func, ir_instr_id instr, const ir_func_id **out,
                          bool *complete);
/* How a callee's name is called at a call: 0 where the caller has no name for it. */
/* The only callee of a CALL, prepared; NULL: none, several or a recursion. */
struct prep *prep_single_callee(struct typestate *engine, const struct prep *prep, ir_instr_id id);
name_id prep_to_caller(struct typestate *engine, const struct prep *callee, const struct prep *caller,
                       const struct ir_instr *call, name_id name);
/* The same base with indices moved into another frame; false from `move`: there is no such place there. */
typedef bool prep_step_fn(void *context, struct loc *step);
loc_id prep_rebase(struct typestate *engine, loc_id loc, prep_step_fn *move, void *context);
loc_id prep_loc_to_caller(struct typestate *engine, const struct prep *callee, const struct prep *caller,
                          const struct ir_instr *call, loc_id loc);

/* ---- run ---- */
void walk_open(struct run *run, struct typestate *engine, struct prep *prep);
/* True when the set changed. The state is copied. */
bool set_merge(struct run *run, struct set *set, const struct state *state, bool widen);
struct set set_copy(struct run *run, const struct set *set);
void state_copy(struct state *to, const struct state *from);
void walk_seed(struct run *run, ir_block_id block, const struct state *state);
void walk_all(struct run *run);
/* From the states before one instruction to those behind it; what ends there is gone. */
void walk_instr(struct run *run, struct set *set, ir_instr_id id);
/* From behind the instruction (0: the entry) on. */
void walk_from(struct run *run, ir_instr_id instr, const struct state *state);
ir_block_id walk_block_of(const struct prep *prep, ir_instr_id instr);

bool state_has(const struct state *state, name_id name);
bool state_add(struct state *state, name_id name);
struct range walk_value(const struct run *run, const struct state *state, ir_val val);
/* The place a value is read from, 0: none. */
loc_id walk_val_loc(const struct run *run, ir_val val);
/* Something was written there: what depended on it is forgotten. */
void walk_write(struct run *run, struct state *state, loc_id written);
/* No name is left of an object that was born here and must not be lost: says so, once. */
bool walk_check_lost(struct run *run, struct state *state, ir_instr_id id);
void walk_push(struct run *run, struct state *state, struct typestate_step step, const struct typestate_step *inner,
              uint32_t inner_count);
const struct typestate_step *walk_story(struct run *run, const struct node *node, uint32_t *count);
void walk_hit(struct run *run, struct state *state, struct hit hit, const struct typestate_step *inner,
             uint32_t inner_count);

/* ---- call ---- */
/* The states behind a CALL's callee, before its result is written. */
void call_apply(struct run *run, const struct state *before, ir_instr_id id, struct set *out);
/* The object leaves the frame: a way of its context, or a creation. */
void call_leave(struct run *run, const struct state *state, const struct ir_instr *instr);

#endif
