/* A task's handle that goes out of scope, is overwritten, or is stored where nobody ever joins or detaches it. */
#include "joined.h"

extern const char CHECK_DOC(spawn_never_joined)[];

static void run(struct check_pass *pass)
{
    struct joined joined = {.pass = pass, .handles = handles_solve(pass->arena, pass->program)};
    map_init(&joined.reported, pass->arena);
    find_settled(&joined);
    check_paths(&joined);
    check_freed(&joined);
    check_stored_handles(&joined);
}

const struct check check_spawn_never_joined = {
    .id = "spawn-never-joined",
    .title = "A task that nobody joins or detaches",
    .doc = CHECK_DOC(spawn_never_joined),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
