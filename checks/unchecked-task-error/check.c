/* How a task ended is thrown away: nobody will ever know that it panicked, threw or failed. */
#include "outcome.h"

extern const char CHECK_DOC(unchecked_task_error)[];

static void run(struct check_pass *pass)
{
    struct outcomes outcomes;
    outcomes_collect(&outcomes, pass);
    check_joins(&outcomes);
    check_futures(&outcomes);
}

const struct check check_unchecked_task_error = {
    .id = "unchecked-task-error",
    .title = "How a task ended is thrown away",
    .doc = CHECK_DOC(unchecked_task_error),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .run = run,
};
