/* Typestates over roles: what a check that follows objects through states writes is a table.
 *
 * A rule says: a call with this role is this event on the value at that position; with ROLE_COUNT for a role: a call that
 * an object of class type is given away to, by value or as an rvalue.  The engine (flow/typestate.h) gets
 * calls, exceptions and returns from the program.  An engine lasts as long as the pass's arena.
 */
#ifndef CHECK_TYPESTATES_H
#define CHECK_TYPESTATES_H

#include "check/check.h"
#include "flow/typestate.h"

struct typestate_rule {
    enum role_kind role;
    enum model_position position;
    uint8_t event;
    uint8_t born; /* not 0: makes the object, in this state */
    /* Does it hold for this very call? NULL: yes. */
    bool (*applies)(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);
};

/* `automaton` and `rules` (`count` of them) must outlive the engine. */
struct typestate *check_typestates(struct check_pass *pass, const struct typestate_automaton *automaton,
                                   const struct typestate_rule *rules, uint32_t count);
/* Analyses every function, bottom-up, and reports each violation. */
void check_run_typestates(struct check_pass *pass, struct typestate *typestate,
                          void (*report)(struct check_pass *pass, const struct typestate_violation *violation));
/* For rules on CHAN_CLOSE: ends both directions, as a shutdown of one does not, and is not the last holder's alone
 * (check_is_picked). */
bool check_ends_channel(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);
/* The story as trace steps; `tell` words the events: "close() ends it here" (NULL: leave it out).  Calls and branches
 * tell themselves. */
void check_typestate_steps(struct check_pass *pass, struct finding *finding, const struct typestate_violation *violation,
                           const char *(*tell)(struct check_pass *pass, const struct typestate_step *step,
                                               bool is_last));
/* Does the call take its argument over, by value or as an rvalue?  `arg`: from 0, the object of a method included. */
bool check_gives_away(const struct check_pass *pass, const struct call_site *site, uint32_t arg);
/* "close()", "fclose()", "operator()", ...: what is called at an instruction. */
const char *check_callee_text(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);

#endif
