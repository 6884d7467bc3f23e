/* Where two tasks meet on one channel: one closes it while the other may still send on it, or close it too.
 *
 * Found from the spawn tree (link/parallel.h).  A channel is a global, what a task is handed, captures, or is
 * handed by value, and the fields from there; different objects of one class are different channels unless
 * the program hands over the very same one.  There is no meeting where one end waits for the other, where
 * both hold a lock under which the state is tested, or where an atomic operation picks the one who closes.
 */
#ifndef CHECK_MEETINGS_H
#define CHECK_MEETINGS_H

#include "check/check.h"
#include "link/parallel.h"

struct meeting_rules {
    /* Which calls of the roles CHAN_SEND and CHAN_CLOSE count; NULL: none. */
    bool (*sends)(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);
    bool (*closes)(const struct check_pass *pass, const struct role *role, ir_func_id func,
                   ir_instr_id instr);
};

struct use;

struct meeting_end {
    ir_func_id func; /* of the operation */
    ir_instr_id instr;
    task_id task;          /* TASK_OUTSIDE: the frame's own */
    const struct use *use; /* private: in the frame */
};

struct meeting {
    ir_func_id frame; /* the function that sees both; where tasks are started */
    ir_func_id
        closer; /* the function that sees the close: the frame, or one that joins the task after the close */
    struct meeting_end close, other; /* the other is a send, or without `sends` a second close */
    const char *channel;             /* as the other end's function names it */
    struct uses *uses;
};

/* Reports each pair once or more; equal findings are one (check_report). */
void check_meetings(struct check_pass *pass, const struct meeting_rules *rules,
                    void (*report)(struct check_pass *pass, const struct meeting *meeting));
/* How it comes about, as steps and related places: the spawns, the close, the other; `verb`: "sends on",
 * "closes". */
void check_meeting_steps(struct check_pass *pass, struct finding *finding, const struct meeting *meeting,
                         const char *verb);
/* "the task that runs pump()", "main()": who an end is. */
const char *check_meeting_who(struct check_pass *pass, const struct meeting *meeting,
                              const struct meeting_end *end);

#endif
