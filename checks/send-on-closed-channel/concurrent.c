/* The concurrent half: one task closes what another may still send on. */
#include "send.h"

#include "check/meetings.h"
#include "check/typestates.h"

static void report(struct check_pass *pass, const struct meeting *meeting)
{
    const struct meeting_end *send = &meeting->other;
    bool is_one_shot = check_role(pass, send->func, send->instr, ROLE_CHAN_CLOSE);
    const char *closer = check_meeting_who(pass, meeting, &meeting->close);
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, "concurrent", send->func, send->instr, meeting->channel,
        is_one_shot ? "%s may set %s after %s has set it, for nothing makes one of the two wait for the other: %s"
                    : "%s may send on %s after %s has closed it, for nothing makes the close wait for this task: %s",
        check_callee_text(pass, send->func, send->instr), meeting->channel, closer,
        send_consequence(pass, send->func, send->instr, false));
    if (finding)
        check_meeting_steps(pass, finding, meeting, is_one_shot ? "sets" : "sends on");
}

void check_concurrent_sends(struct check_pass *pass)
{
    static const struct meeting_rules rules = {.sends = is_unsafe_send, .closes = check_ends_channel};
    check_meetings(pass, &rules, report);
}
