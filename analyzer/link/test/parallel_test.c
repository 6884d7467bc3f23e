/* Tasks beside each other, waits and locks, on IR text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "link/locks.h"
#include "link/parallel.h"

static struct model_set *models;

static int load_models(void **state)
{
    (void)state;
    models = model_set_create(arena_create("models"));
    model_set_add_builtin(models);
    return 0;
}

#define HEADER                                                                                               \
    "file \"/p/a.c\" lines\n"                                                                                \
    "declare @pthread_create \"pthread_create\": \"int (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)\"\n"

static struct program *link_text(struct arena *arena, const char *text)
{
    struct program *program = program_create(arena, models, NULL);
    struct err err = {0};
    uint32_t tu = program_add_tu(program, "/p/a.c", "p");
    if (!program_add_text(program, tu, text, strlen(text), &err))
        fail_msg("%s", err.text);
    program_link(program);
    return program;
}

static ir_func_id func_named(const struct program *program, const char *name)
{
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        if (strcmp(ir_sym_name(program->module, program->module->funcs.data[func].sym), name) == 0)
            return func;
    fail_msg("no function %s", name);
    return 0;
}

/* The call in the function that hands `mark` to a function named `mark_...`, or is the `number`-th of `callee`. */
static ir_instr_id call_of(const struct program *program, ir_func_id func, const char *callee, uint32_t number)
{
    const struct ir_func *data = &program->module->funcs.data[func];
    for (ir_instr_id i = 0; i < data->instrs.count; i++)
        if (data->instrs.data[i].op == IR_CALL &&
            strcmp(ir_sym_name(program->module, data->instrs.data[i].sym), callee) == 0 && number-- == 0)
            return i;
    fail_msg("no call of %s", callee);
    return 0;
}

/* Is the task that `start` starts in main still running at `here`, or at main's return? */
struct running_case {
    const char *what, *start, *text;
    bool at_here, at_return;
};

static const struct running_case running_cases[] = {
    {"nobody joins", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @here()\n return 0\n}\n", true, true},
    {"a join behind", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @here()\n call @pthread_join(t, 0)\n return 0\n}\n",
     true, false},
    {"a join before", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @pthread_join(t, 0)\n call @here()\n return 0\n}\n",
     false, false},
    {"a join of another", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @pthread_join(u, 0)\n call @here()\n return 0\n}\n",
     true, true},
    {"a join by a helper", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @finish(which: long) {\n call @pthread_join(which, 0)\n return 0\n}\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @finish(t)\n call @here()\n return 0\n}\n", false, false},
    {"a join if it was started", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main(on: int) {\n started = 0\n branch on, start, meet\n"
     "start: call @pthread_create(&t, 0, @run, 0)\n started = 1\n jump meet\n"
     "meet: branch started, join, after\njoin: call @pthread_join(t, 0)\n jump after\n"
     "after: call @here()\n return 0\n}\n", false, false},
    {"a join on the way out only", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main(on: int) {\n call @pthread_create(&t, 0, @run, 0)\n branch on, join, after\n"
     "join: call @pthread_join(t, 0)\n return 1\nafter: call @here()\n return 0\n}\n", true, true},
    {"a loop of joins", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main(n: int) {\n call @pthread_create(&t[n], 0, @run, 0)\n i = 0\n jump head\n"
     "head: more = i < n\n branch more, body, after\nbody: call @pthread_join(t[i], 0)\n i = i + 1\n jump head\n"
     "after: call @here()\n return 0\n}\n", false, false},
    {"a main loop that joins at its end does not wait in its middle", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main(n: int) {\n call @pthread_create(&t, 0, @run, 0)\n jump head\n"
     "head: c = call @getc(0)\n branch c, work, quit\nwork: call @here()\n jump head\n"
     "quit: call @pthread_join(t, 0)\n return 0\n}\n", true, false},
    {"the start has failed", "pthread_create", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @main() {\n rc = call @pthread_create(&t, 0, @run, 0): int\n bad = rc != 0\n branch bad, fail, fine\n"
     "fail: call @here()\n return 1\nfine: return 0\n}\n", false, true},
    {"a callee leaves it running, and says so", "begin", HEADER
     "func @run(arg: \"void *\") { return 0 }\n"
     "func @begin() {\n rc = call @pthread_create(&t, 0, @run, 0): int\n branch rc, fail, fine\n"
     "fail: return -1\nfine: return 0\n}\n"
     "func @main() {\n rc = call @begin(): int\n bad = rc < 0\n branch bad, fail, fine\n"
     "fail: call @here()\n return 1\nfine: return 0\n}\n", false, true},
    {"a condition that the task signals", "pthread_create", HEADER
     "func @run(arg: \"void *\") {\n call @sem_post(&@done)\n return 0\n}\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @sem_wait(&@done)\n call @here()\n return 0\n}\n",
     false, false},
    {"a condition that somebody else signals", "pthread_create", HEADER
     "func @run(arg: \"void *\") {\n call @sem_post(&@other)\n return 0\n}\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n call @sem_wait(&@done)\n call @here()\n return 0\n}\n",
     true, true},
    {"a loop until the task's flag", "pthread_create", HEADER
     "func @run(arg: \"void *\") {\n @ready = 1\n return 0\n}\n"
     "func @main() {\n call @pthread_create(&t, 0, @run, 0)\n jump head\n"
     "head: branch @ready, after, nap\nnap: call @usleep(1)\n jump head\nafter: call @here()\n return 0\n}\n", false, false},
    {"a thread that is moved into a field and joined there", "start", HEADER
     "class \"W\" { t: \"std::thread\" }\n"
     "declare @T \"std::thread::thread\": \"void (void (*)(), int)\"\n"
     "declare @move \"std::thread::operator=\": \"std::thread &(std::thread &&)\"\n"
     "declare @join \"std::thread::join\": \"void ()\"\n"
     "func @run(n: int) { return }\n"
     "func @start(this: \"W *\") {\n call @T(&temp, @run, 1) construct method\n call @move(&this->t, &temp) method\n return\n}\n"
     "func @stop(this: \"W *\") {\n call @join(&this->t) method\n return\n}\n"
     "func @main(w: \"W *\") {\n call @start(w)\n call @stop(w)\n call @here()\n return 0\n}\n", false, false},
};

static bool is_running(struct parallel *parallel, const struct parallel_way *way, ir_instr_id to)
{
    struct parallel_way at = *way;
    at.to = to;
    return parallel_is_running(parallel, &at);
}

static bool is_running_at_return(const struct program *program, struct parallel *parallel, const struct parallel_way *way)
{
    const struct ir_func *func = &program->module->funcs.data[way->func];
    for (ir_instr_id i = 0; i < func->instrs.count; i++)
        if (func->instrs.data[i].op == IR_RETURN && is_running(parallel, way, i))
            return true;
    return false;
}

static void tasks_run_until_somebody_waits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof running_cases / sizeof *running_cases; i++) {
        const struct running_case *expected = &running_cases[i];
        struct arena *arena = arena_create("test");
        const struct program *program = link_text(arena, expected->text);
        struct parallel *parallel = parallel_solve(arena, program, channels_solve(arena, program));
        ir_func_id func = func_named(program, "main");
        struct parallel_way way = {.func = func};
        uint32_t count;
        const struct task_start *starts = parallel_starts(parallel, func, &count);
        ir_instr_id start = call_of(program, func, expected->start, 0);
        for (uint32_t k = 0; k < count; k++)
            if (starts[k].instr == start)
                way.start = &starts[k], way.task = starts[k].task;
        if (!way.start)
            fail_msg("%s: nothing starts", expected->what);
        if (is_running(parallel, &way, call_of(program, func, "here", 0)) != expected->at_here ||
            is_running_at_return(program, parallel, &way) != expected->at_return)
            fail_msg("%s", expected->what);
        arena_destroy(arena);
    }
}

static void names_end_where_they_are_assigned(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    const struct program *program = link_text(arena, HEADER
        "func @run(arg: \"void *\") { return 0 }\n"
        "func @main() {\n fd = call @open(0)\n call @pthread_create(&t, 0, @run, fd)\n fd = call @open(1)\n"
        " call @here()\n return 0\n}\n");
    struct parallel *parallel = parallel_solve(arena, program, channels_solve(arena, program));
    ir_func_id func = func_named(program, "main");
    ir_instr_id open = call_of(program, func, "open", 0);
    uint32_t count;
    const struct task_start *start = parallel_starts(parallel, func, &count);
    struct object fd = object_named_of_path(program->module, func, program->module->funcs.data[func].instrs.data[open].dst);
    struct parallel_way way = {.func = func, .start = start, .task = 1, .to = call_of(program, func, "here", 0)};
    assert_true(parallel_is_running(parallel, &way));
    way.name = &fd;
    assert_false(parallel_is_running(parallel, &way));
    arena_destroy(arena);
}

static void tasks_stand_beside_each_other(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    const struct program *program = link_text(arena, HEADER
        "func @one(arg: \"void *\") { return 0 }\n"
        "func @two(arg: \"void *\") {\n call @pthread_create(&v, 0, @three, 0)\n return 0\n}\n"
        "func @three(arg: \"void *\") {\n call @deep()\n return 0\n}\n"
        "func @deep() { return }\n"
        "func @main(n: int) {\n call @pthread_create(&t, 0, @one, 0)\n call @pthread_join(t, 0)\n jump head\n"
        "head: branch n, body, after\nbody: call @pthread_create(&u, 0, @two, 0)\n jump head\nafter: return 0\n}\n");
    struct parallel *parallel = parallel_solve(arena, program, channels_solve(arena, program));
    task_id one = 0, two = 0, three = 0;
    for (task_id task = 1; task <= program->spawns.count; task++) {
        const char *name = ir_sym_name(program->module, program->spawns.data[task - 1].entries.items[0].sym);
        *(strcmp(name, "one") == 0 ? &one : strcmp(name, "two") == 0 ? &two : &three) = task;
    }
    assert_false(parallel_with(parallel, one, two)); /* joined before */
    assert_false(parallel_with(parallel, one, one));
    assert_true(parallel_with(parallel, two, two)); /* started in a loop */
    assert_true(parallel_with(parallel, two, three)); /* its child */
    assert_true(parallel_with(parallel, TASK_OUTSIDE, three));
    ir_func_id deep = func_named(program, "deep"), main_func = func_named(program, "main");
    assert_true(parallel_runs(parallel, three, deep));
    assert_false(parallel_runs(parallel, two, deep));
    assert_false(parallel_runs(parallel, TASK_OUTSIDE, deep));
    assert_true(parallel_runs(parallel, TASK_OUTSIDE, main_func));
    arena_destroy(arena);
}

/* The locks held at the call of `here` in `f`. */
struct lock_case {
    const char *text, *held;
};

static const struct lock_case lock_cases[] = {
    {"func @f() {\n call @pthread_mutex_lock(&@m)\n call @here()\n call @pthread_mutex_unlock(&@m)\n return\n}\n", "m "},
    {"func @f() {\n call @pthread_mutex_lock(&@m)\n call @pthread_mutex_unlock(&@m)\n call @here()\n return\n}\n", ""},
    /* on one path only */
    {"func @f(n: int) {\n branch n, yes, no\nyes: call @pthread_mutex_lock(&@m)\n jump no\nno: call @here()\n return\n}\n", ""},
    /* by helpers, of what they are handed */
    {"class \"struct s\" { m: \"pthread_mutex_t\" }\n"
     "func @take(s: \"struct s *\") {\n call @pthread_mutex_lock(&s->m)\n return\n}\n"
     "func @give(s: \"struct s *\") {\n call @pthread_mutex_unlock(&s->m)\n return\n}\n"
     "func @f(a: \"struct s *\", b: \"struct s *\") {\n call @take(a)\n call @take(b)\n call @give(a)\n call @here()\n return\n}\n",
     "b->m "},
    /* a guard until its end, or its own unlock */
    {"class \"G\" { }\n"
     "declare @G \"std::unique_lock::unique_lock\": \"void (std::mutex &)\"\n"
     "declare @U \"std::unique_lock::unlock\": \"void ()\"\n"
     "func @f() {\n begin g\n call @G(&g, &@m) construct method\n begin h\n call @G(&h, &@n) construct method\n"
     " call @U(&g) method\n call @here()\n return\n}\n", "n "},
    {"class \"G\" { }\n"
     "declare @G \"std::lock_guard::lock_guard\": \"void (std::mutex &)\"\n"
     "func @f() {\n begin g: \"G\"\n call @G(&<\"G\">g, &@m) construct method\n end g\n call @here()\n return\n}\n", ""},
    /* a project's own guard, which keeps a reference */
    {"class \"Lock\" { mutex: \"pthread_mutex_t *\" }\n"
     "func @Lock(this: \"Lock *\", m: \"pthread_mutex_t *\") {\n this->mutex = m\n call @pthread_mutex_lock(this->mutex)\n return\n}\n"
     "func @f() {\n call @Lock(&g, &@m) construct method\n call @here()\n return\n}\n", "m "},
    /* of which nothing is known */
    {"func @f(i: int) {\n call @pthread_mutex_lock(&@m[i])\n call @here()\n return\n}\n", "? "},
};

static void locks_are_held(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lock_cases / sizeof *lock_cases; i++) {
        struct arena *arena = arena_create("test");
        const struct program *program =
            link_text(arena, arena_printf(arena, "file \"/p/a.c\" lines\n%s", lock_cases[i].text));
        ir_func_id func = func_named(program, "f");
        struct lock_set held =
            locks_held(locks_create(arena, program), func, call_of(program, func, "here", 0));
        const char *have = held.unknown ? "? " : "";
        for (uint32_t k = 0; k < held.count; k++)
            have = arena_printf(arena, "%s%s ", have, object_text(arena, program->module, &held.items[k]));
        if (strcmp(have, lock_cases[i].held) != 0)
            fail_msg("case %zu: have %s, want %s", i, have, lock_cases[i].held);
        arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_run_until_somebody_waits),
        cmocka_unit_test(names_end_where_they_are_assigned),
        cmocka_unit_test(tasks_stand_beside_each_other),
        cmocka_unit_test(locks_are_held),
    };
    return cmocka_run_group_tests(tests, load_models, NULL);
}
