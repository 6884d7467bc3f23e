/* The typestate engine: which states an object can be in, by which paths, through calls.
 *
 * An automaton is data (states, events, transitions, errors).  An object is a value that program text names: what the
 * path `c->fd` holds, or what lies at `&promise`.  Each object is followed by itself through its function, by property
 * simulation (Das, Lerner, Seigle, "ESP: Path-Sensitive Program Verification in Polynomial Time", PLDI 2002): at a
 * join, states with the same typestate and names merge, others stay apart with what is known on each path, so that
 * `if (closed) return;`, `fd = -1; if (fd >= 0)`, flags, return codes and error-path gotos cut paths off.
 *
 * Names of an object (must-aliases) follow copies, addresses, fields, and parameters into callees and back.  Two names
 * that nothing relates are taken for different objects.  A callee is run for the state, the names and the facts with
 * which it is entered (remembered, a few contexts per callee, then without facts) and answers with its ways out: state,
 * names, range of the result, facts on memory.
 *
 * A violation is reported in the function where the offending pair of events meets: never in a callee that is handed
 * an object already closed, but at the call there, with the callee's steps behind it.
 *
 * Bounds: steps per function (TYPESTATE_STEPS); past it the result says `bounded` and holds what was found so far.
 * All memory is in the arena given.  Deterministic.  Functions are best asked for bottom-up; callees that were not asked
 * for yet are done on the way.
 */
#ifndef FLOW_TYPESTATE_H
#define FLOW_TYPESTATE_H

#include "ir/ir.h"

enum { TYPESTATE_UNBORN = 0, TYPESTATE_EVENTS = 8 /* most at one instruction */, TYPESTATE_STEPS = 150000 };

struct typestate_automaton {
    const char *name;
    uint32_t state_count, event_count;
    const char *const *states; /* for dumps */
    const uint8_t *next;       /* [state * event_count + event]; state 0 is unborn and never shows here */
    const uint8_t *error;      /* the same shape: 0 none, else a code of the check's own; NULL: none */
    uint8_t assumed;           /* state of an object whose origin is not in sight: parameters, fields, results; 0: such
                                  objects are not followed */
    const uint8_t *lost_error; /* by state: an object born here that nobody can name any more; NULL: none */
};

/* When an opening call has made something: what its result is then. */
enum typestate_success { SUCCESS_ALWAYS, SUCCESS_NOT_NEGATIVE, SUCCESS_NOT_NULL, SUCCESS_ZERO };

struct typestate_event {
    uint8_t event;
    uint8_t born;     /* not 0: the event makes the object, in this state */
    uint8_t success;  /* of a birth */
    bool by_pointer;  /* the object is what `object` points to holds: pipe(fds) */
    int32_t element;  /* of the array there, -1: none */
    ir_val object;    /* VAL_PATH: what the path holds; VAL_ADDR: what lies there */
    ir_val alias;     /* not VAL_NONE: no transition; from here on this names the same object too: file = fdopen(fd) */
};

struct typestate_input {
    const struct ir_module *module;
    const struct typestate_automaton *automaton;
    void *context;
    /* The events of one instruction, in order; at most TYPESTATE_EVENTS. */
    uint32_t (*events)(void *context, ir_func_id func, ir_instr_id instr, struct typestate_event *out);
    /* The bodies that a CALL runs before it returns.  `*complete`: there is no other.  NULL: those of the symbols. */
    uint32_t (*callees)(void *context, ir_func_id func, ir_instr_id instr, const ir_func_id **out, bool *complete);
    /* May an exception leave this call?  NULL: calls of functions that are not noexcept. */
    bool (*may_unwind)(void *context, ir_func_id func, ir_instr_id instr);
    /* Does a call without a body never return?  NULL: by the symbol's flags. */
    bool (*never_returns)(void *context, ir_func_id func, ir_instr_id instr);
    /* May a call without a body keep what it is handed?  NULL: yes. Of interest for lost objects only. */
    bool (*keeps)(void *context, ir_func_id func, ir_instr_id instr);
    /* Is the global there before the program opens anything (stdout)?  A field that it is copied into is then no name
     * of it: such fields mostly hold something of their own, as a flag beside them says.  NULL: none is. */
    bool (*is_standing)(void *context, ir_sym_id global);
    /* Told once of each function whose answer is `bounded`; NULL: nobody wants to know. */
    void (*bounded)(void *context, ir_func_id func);
};

enum typestate_step_kind {
    STEP_START,  /* the object comes from outside: a parameter, field, global or result */
    STEP_EVENT,  /* an event of the automaton */
    STEP_CALL,   /* into a callee in which events follow, one deeper */
    STEP_BRANCH, /* a condition that decides: `taken` */
    STEP_EXIT,   /* where a lost object is lost */
};

struct typestate_step {
    uint8_t kind, event;
    bool taken;      /* BRANCH: the condition held */
    uint32_t depth;  /* of calls below the violation's function */
    ir_func_id func;
    ir_instr_id instr; /* 0: the function's entry */
};

struct typestate_violation {
    uint8_t error;     /* the automaton's code */
    uint8_t state, event; /* of the object, and what happened to it */
    bool must;         /* every path that brings an object there brings it in an erring state */
    ir_func_id func;   /* where it is to be reported */
    ir_instr_id instr;
    ir_func_id born_func; /* where the object was made; 0: outside */
    ir_instr_id born_instr;
    const char *object; /* how the reporting function names it: "conn->fd"; NULL: no name of its own */
    const struct typestate_step *steps; /* the last is the violation's own */
    uint32_t step_count;
};

struct typestate_result {
    const struct typestate_violation *violations; /* by instruction, then object */
    uint32_t count;
    bool bounded; /* a bound was hit: there may be more */
};

struct typestate;

struct typestate *typestate_create(struct arena *arena, const struct typestate_input *input);
/* Once per function; the same answer when asked again. */
const struct typestate_result *typestate_analyse(struct typestate *typestate, ir_func_id func);
/* The states in which objects may be at an instruction's event, for golden tests and dumps. */
struct buf;
void typestate_print(struct buf *out, struct typestate *typestate, ir_func_id func);

#endif
