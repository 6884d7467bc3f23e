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
        is_one_shot ? "%s may be set here after %s has set it: nothing makes one wait for the other, and the later of the "
                      "two throws std::future_error"
                    : "%s may get this after %s has closed it: nothing makes the close wait for this task, and by then "
                      "the descriptor may be somebody else's, or the object gone",
        meeting->channel, closer);
    if (finding)
        check_meeting_steps(pass, finding, meeting, is_one_shot ? "sets" : "sends on");
}

void check_concurrent_sends(struct check_pass *pass)
{
    static const struct meeting_rules rules = {.sends = is_unsafe_send, .closes = check_ends_channel};
    check_meetings(pass, &rules, report);
}
