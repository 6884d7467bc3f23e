/* Link on IR text: what calls reach, what is spawned, what leaves functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "link/program.h"

static struct model_set *models;

static int load_models(void **state)
{
    (void)state;
    models = model_set_create(arena_create("models"));
    model_set_add_builtin(models);
    return 0;
}

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

struct expectation {
    const char *text;  /* IR */
    const char *wants; /* lines of the dump, each of which must be there */
};

static void expect(const struct expectation *cases, size_t count, void (*print)(struct buf *, const struct program *))
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_create("test");
        struct buf out = {0};
        print(&out, link_text(arena, cases[i].text));
        const char *have = out.data ? out.data : "";
        if (strcmp(have, cases[i].wants) != 0)
            fail_msg("case %zu\n--- have\n%s--- want\n%s", i, have, cases[i].wants);
        buf_free(&out);
        arena_destroy(arena);
    }
}

static void spawns_are_found(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        /* a plain entry */
        {"file \"/p/a.c\" lines\n"
         "declare @pthread_create \"pthread_create\": \"int (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)\"\n"
         "func @worker(arg: \"void *\") { return 0 }\n"
         "func @start() {\n"
         "  call @pthread_create(&t, 0, @worker, 0)\n"
         "}\n",
         "a.c:5 start starts a thread: worker\n"},
        /* handed in by callers, two calls deep */
        {"file \"/p/a.c\" lines\n"
         "func @one(arg: \"void *\") { return 0 }\n"
         "func @two(arg: \"void *\") { return 0 }\n"
         "func @low(f: \"void *(*)(void *)\") {\n"
         "  call @pthread_create(&t, 0, f, 0)\n"
         "}\n"
         "func @high(x: int, g: \"void *(*)(void *)\") {\n"
         "  call @low(g)\n"
         "}\n"
         "func @main() {\n"
         "  call @high(1, @one)\n"
         "  call @high(2, @two)\n"
         "}\n",
         "a.c:11 main starts a thread: one\na.c:12 main starts a thread: two\n"},
        /* through a field that an initialiser fills */
        {"file \"/p/a.c\" lines\n"
         "class \"struct ops\" { run: \"void *(*)(void *)\" }\n"
         "func @one(arg: \"void *\") { return 0 }\n"
         "func @two(arg: \"void *\") { return 0 }\n"
         "func @init() {\n"
         "  @table[0].\"struct ops\"::run = @one\n"
         "  @table[1].\"struct ops\"::run = @two\n"
         "}\n"
         "func @main(o: \"struct ops *\") {\n"
         "  call @pthread_create(&t, 0, o->run, 0)\n"
         "}\n",
         "a.c:10 main starts a thread: one, two\n"},
        /* a lambda, by its type; a spawn below a task */
        {"file \"/p/a.c\" lines\n"
         "class \"L\" lambda call @L::op { }\n"
         "declare @L::op \"L::op\": \"void ()\" of \"L\" lambda method\n"
         "declare @T \"std::thread::thread\": \"void (L &&)\"\n"
         "func @L::op(this: \"L *\") {\n"
         "  call @pthread_create(&t, 0, @inner, 0)\n"
         "}\n"
         "func @inner(arg: \"void *\") { return 0 }\n"
         "func @main() {\n"
         "  l = closure L()\n"
         "  call @T(&th, &<L>l) construct method\n"
         "}\n",
         "a.c:11 main starts a thread: L::op\n  a.c:6 L::op starts a thread: inner\n"},
        /* nothing known */
        {"file \"/p/a.c\" lines\n"
         "func @start(f: \"void *(*)(void *)\") {\n"
         "  call @pthread_create(&t, 0, f, 0)\n"
         "}\n",
         "a.c:3 start starts a thread: not known\n"},
    };
    expect(cases, sizeof cases / sizeof *cases, program_print_spawns);
}

static void calls_reach_their_targets(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        /* through a returned pointer; an argument that only the right arity takes */
        {"file \"/p/a.c\" lines\n"
         "func @f(x: int) { return }\n"
         "func @pick() { return @f }\n"
         "func @main() {\n"
         "  p = call @pick()\n"
         "  call [p](1)\n"
         "}\n",
         "f\npick\nmain\n  a.c:5 calls pick\n  a.c:6 calls f\n"},
        /* overriders of a virtual function */
        {"file \"/p/a.c\" lines\n"
         "declare @A::run virtual method pure\n"
         "declare @B::run virtual method overrides @A::run\n"
         "declare @C::run virtual method overrides @B::run\n"
         "func @B::run(this: \"B *\") { return }\n"
         "func @C::run(this: \"C *\") { return }\n"
         "func @main(a: \"A *\") {\n"
         "  call @A::run(a) virtual method\n"
         "}\n",
         "B::run\nC::run\nmain\n  a.c:8 calls B::run? C::run?\n"},
        /* a bodiless callee that nobody knows, and one of the C library */
        {"file \"/p/a.c\" lines\n"
         "func @main() {\n"
         "  call @mystery()\n"
         "  call @exit(1)\n"
         "}\n",
         "main (does not return)\n  a.c:3 calls mystery!\n  a.c:4 calls\n  lets out fatal from a.c:4\n"
         "  lets out unknown mystery from a.c:3\n"},
        /* qsort calls what it is handed */
        {"file \"/p/a.c\" lines\n"
         "func @less(a: \"void *\", b: \"void *\") {\n"
         "  call @abort()\n"
         "}\n"
         "func @main() {\n"
         "  call @qsort(p, 1, 2, @less)\n"
         "}\n",
         "less (does not return)\n  a.c:3 calls\n  lets out fatal from a.c:3\n"
         "main (does not return)\n  a.c:6 calls less\n  lets out fatal from a.c:3\n"},
    };
    expect(cases, sizeof cases / sizeof *cases, program_print);
}

static void panics_are_filtered(void **state)
{
    (void)state;
#define CLASSES                                                                                              \
    "file \"/p/a.c\" lines\nclass \"Base\" { }\nclass \"Derived\" : \"Base\" { }\nclass \"Other\" { }\n"      \
    "func @f() {\n  throw Derived, ?\n}\n"
    static const struct expectation cases[] = {
        /* caught by the base */
        {CLASSES "func @g() {\n  try r1 { catch Base & -> h }\nb in r1:\n  call @f()\n  region none\n  return\nh:\n  e = catch\n  return\n}\n",
         "f (does not return)\n  lets out exception Derived from a.c:6\ng\n  a.c:11 calls f\n"},
        /* a handler of another type */
        {CLASSES "func @g() {\n  try r1 { catch Other & -> h }\nb in r1:\n  call @f()\n  region none\n  return\nh:\n  e = catch\n  return\n}\n",
         "f (does not return)\n  lets out exception Derived from a.c:6\n"
         "g (does not return)\n  a.c:11 calls f\n  lets out exception Derived from a.c:6\n"},
        /* caught and thrown again */
        {CLASSES "func @g() {\n  try r1 { catch ... -> h }\nb in r1:\n  call @f()\n  region none\n  return\nh:\n  catch\n  rethrow 1\n}\n",
         "f (does not return)\n  lets out exception Derived from a.c:6\n"
         "g (does not return)\n  a.c:11 calls f\n  lets out exception Derived from a.c:6\n"},
        /* a noexcept boundary: a catch-all above is too late */
        {CLASSES "declare @n noexcept\nfunc @n() {\n  call @f()\n}\n"
                 "func @g() {\n  try r1 { catch ... -> h }\nb in r1:\n  call @n()\n  region none\n  return\nh:\n  catch\n  return\n}\n",
         "f (does not return)\n  lets out exception Derived from a.c:6\n"
         "n (does not return)\n  a.c:10 calls f\n  lets out exception Derived (terminates) from a.c:6\n"
         "g (does not return)\n  a.c:15 calls n\n  lets out exception Derived (terminates) from a.c:6\n"},
        /* a handler that nothing reaches is not a panic; one that is, is */
        {"file \"/p/a.c\" lines\nfunc @quiet() {\n return\n}\n"
         "func @g() {\n  try r1 { catch ... -> h }\nb in r1:\n  call @quiet()\n  region none\n  return\nh:\n  catch\n  call @abort()\n}\n",
         "quiet\ng\n  a.c:8 calls quiet\n  a.c:13 calls\n"},
        /* constant-false code, and code behind a call that never returns */
        {"file \"/p/a.c\" lines\nfunc @die() {\n  call @exit(1)\n}\nfunc @g() {\n  branch 0, a, b\na:\n  call @abort()\nb:\n  call @die()\n  call @abort()\n}\n",
         "die (does not return)\n  a.c:3 calls\n  lets out fatal from a.c:3\n"
         "g (does not return)\n  a.c:8 calls\n  a.c:10 calls die\n  a.c:11 calls\n  lets out fatal from a.c:3\n"},
        /* recursion keeps the shortest way */
        {"file \"/p/a.c\" lines\nfunc @a(n: int) {\n  call @b(n)\n}\nfunc @b(n: int) {\n  branch n, x, y\nx:\n  call @a(n)\n  return\ny:\n  call @exit(1)\n}\n",
         "a\n  a.c:3 calls b\n  lets out fatal from a.c:11\nb\n  a.c:8 calls a\n  a.c:11 calls\n  lets out fatal from a.c:11\n"},
        /* a setjmp of the same buffer stops the jump; of another it does not */
        {"file \"/p/a.c\" lines\nglobal @here\nglobal @there\nfunc @g() {\n  call @longjmp(@here, 1)\n}\n"
         "func @same() {\n  r = call @setjmp(@here)\n  call @g()\n}\n"
         "func @other() {\n  r = call @setjmp(@there)\n  call @g()\n}\n",
         "g (does not return)\n  a.c:5 calls\n  lets out jump from a.c:5\n"
         "same (does not return)\n  a.c:8 calls\n  a.c:9 calls g\n"
         "other (does not return)\n  a.c:12 calls\n  a.c:13 calls g\n  lets out jump from a.c:5\n"},
        /* rh_try stops a panic, not an exit */
        {"file \"/p/a.c\" lines\nfunc @p(x: \"void *\") {\n  branch x, a, b\na:\n  call @rh_panic(1)\nb:\n  call @exit(1)\n}\n"
         "func @g() {\n  call @rh_try(@p, 0, 0)\n}\n",
         "p (does not return)\n  a.c:5 calls\n  a.c:7 calls\n  lets out panic from a.c:5\n  lets out fatal from a.c:7\n"
         "g\n  a.c:10 calls p\n  lets out fatal from a.c:7\n"},
        /* pthread_exit is no panic */
        {"file \"/p/a.c\" lines\nfunc @g() {\n  call @pthread_exit(0)\n}\n", "g (does not return)\n  a.c:3 calls\n"},
    };
    expect(cases, sizeof cases / sizeof *cases, program_print);
}

static void the_library_throws_what_its_models_say(void **state)
{
    (void)state;
#define STOI "file \"/p/a.c\" lines\ndeclare @stoi \"std::stoi\"\n"
    static const struct expectation cases[] = {
        {STOI "func @g() {\n  call @stoi(?)\n}\n",
         "g\n  a.c:4 calls\n  lets out exception std::invalid_argument from a.c:4\n"
         "  lets out exception std::out_of_range from a.c:4\n"},
        /* the hierarchy is known without the headers */
        {STOI "func @g() {\n  try r1 { catch std::exception & -> h }\nb in r1:\n  call @stoi(?)\n  region none\n  return\nh:\n  e = catch\n  return\n}\n",
         "g\n  a.c:6 calls\n"},
        {STOI "func @g() {\n  try r1 { catch std::out_of_range & -> h }\nb in r1:\n  call @stoi(?)\n  region none\n  return\nh:\n  e = catch\n  return\n}\n",
         "g\n  a.c:6 calls\n  lets out exception std::invalid_argument from a.c:6\n"},
        /* at(i) under i < size() is proved; under another test it is not */
        {"file \"/p/a.c\" lines\ndeclare @at \"std::vector::at\" method\ndeclare @size \"std::vector::size\" method\n"
         "func @g(v: \"std::vector<int> *\", i: int) {\n  %n = call @size(v) method\n  %c = i < %n\n  branch %c, yes, no\n"
         "yes:\n  %x = call @at(v, i) method\n  return\nno:\n  return\n}\n",
         "g\n  a.c:5 calls\n  a.c:9 calls\n"},
        {"file \"/p/a.c\" lines\ndeclare @at \"std::vector::at\" method\ndeclare @size \"std::vector::size\" method\n"
         "func @g(v: \"std::vector<int> *\", i: int) {\n  %n = call @size(v) method\n  %c = i < %n\n  branch %c, yes, no\n"
         "yes:\n  i = ?\n  %x = call @at(v, i) method\n  return\nno:\n  return\n}\n",
         "g\n  a.c:5 calls\n  a.c:10 calls\n  lets out exception std::out_of_range from a.c:10\n"},
        {"file \"/p/a.c\" lines\ndeclare @at \"std::vector::at\" method\ndeclare @empty \"std::vector::empty\" method\n"
         "func @g(v: \"std::vector<int> *\") {\n  %c = call @empty(v) method\n  branch %c, no, yes\n"
         "yes:\n  %x = call @at(v, 0) method\n  %y = call @at(v, 1) method\n  return\nno:\n  return\n}\n",
         "g\n  a.c:5 calls\n  a.c:8 calls\n  a.c:9 calls\n  lets out exception std::out_of_range from a.c:9\n"},
        {"file \"/p/a.c\" lines\ndeclare @value \"std::optional::value\" method\ndeclare @has \"std::optional::has_value\" method\n"
         "func @g(v: \"std::optional<int> *\") {\n  %c = call @has(v) method\n  branch %c, yes, no\n"
         "yes:\n  %x = call @value(v) method\n  return\nno:\n  %y = call @value(v) method\n  return\n}\n",
         "g\n  a.c:5 calls\n  a.c:8 calls\n  a.c:11 calls\n  lets out exception std::bad_optional_access from a.c:11\n"},
    };
    expect(cases, sizeof cases / sizeof *cases, program_print);
}

static void a_symbol_means_the_body_of_its_own_program(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct program *program = program_create(arena, models, NULL);
    static const struct {
        const char *path, *group, *text;
    } tus[] = {
        {"/p/one/a.c", "one", "file \"/p/one/a.c\" lines\nfunc @main() {\n  call @log()\n}\n"},
        {"/p/one/b.c", "one", "file \"/p/one/b.c\" lines\nfunc @log() {\n  call @exit(1)\n}\n"},
        {"/p/two/b.c", "two", "file \"/p/two/b.c\" lines\nfunc @log() {\n  return\n}\n"},
    };
    for (size_t i = 0; i < 3; i++) {
        uint32_t tu = program_add_tu(program, tus[i].path, tus[i].group);
        assert_true(program_add_text(program, tu, tus[i].text, strlen(tus[i].text), NULL));
    }
    program_link(program);
    uint32_t count;
    ir_sym_id log = ir_find_sym(program->module, "log");
    assert_true(log);
    const ir_func_id *bodies = program_bodies(program, 1, log, &count);
    assert_int_equal(count, 1);
    assert_int_equal(bodies[0], 2);
    arena_destroy(arena);
}

static void one_program_s_callbacks_are_not_another_s(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct program *program = program_create(arena, models, NULL);
    static const struct {
        const char *path, *group, *text;
    } tus[] = {
        {"/p/lib.c", "lib",
         "file \"/p/lib.c\" lines\nfunc @set(f: \"void (*)(void)\") {\n  @hook = f\n}\nfunc @run() {\n  call [@hook]()\n}\n"},
        {"/p/a.c", "a",
         "file \"/p/a.c\" lines\ndeclare @a_main \"main\": \"int (void)\" main\nfunc @dies() {\n  call @exit(1)\n}\n"
         "func @a_main() {\n  call @set(@dies)\n  call @run()\n}\n"},
        {"/p/b.c", "b",
         "file \"/p/b.c\" lines\ndeclare @b_main \"main\": \"int (void)\" main\nfunc @calm() {\n  return\n}\n"
         "func @b_main() {\n  call @set(@calm)\n  call @run()\n}\n"},
    };
    for (size_t i = 0; i < 3; i++) {
        uint32_t tu = program_add_tu(program, tus[i].path, tus[i].group);
        struct err err = {0};
        if (!program_add_text(program, tu, tus[i].text, strlen(tus[i].text), &err))
            fail_msg("%s", err.text);
    }
    program_link(program);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        const char *name = ir_text(program->module, program->module->syms.data[program->module->funcs.data[func].sym].key);
        uint32_t count;
        panic_effects(program->panics, func, &count);
        assert_int_equal(count, strcmp(name, "a_main") == 0 || strcmp(name, "run") == 0 || strcmp(name, "dies") == 0);
    }
    arena_destroy(arena);
}

/* memcached's testapp fills the same field as memcached does, and links with none of its threads. */
static void a_linker_s_reach_tells_programs_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct program *program = program_create(arena, models, NULL);
    static const struct {
        const char *path, *text;
    } tus[] = {
        {"/p/lib.c", "file \"/p/lib.c\" lines\nglobal @hook\nfunc @run() {\n  call [@hook]()\n}\n"},
        {"/p/a.c", "file \"/p/a.c\" lines\nglobal @hook\ndeclare @a_main \"main\": \"int (void)\" main\nfunc @dies() {\n  call @exit(1)\n}\n"
                   "func @a_main() {\n  @hook = @dies\n}\n"},
        {"/p/b.c", "file \"/p/b.c\" lines\nglobal @hook\ndeclare @b_main \"main\": \"int (void)\" main\nfunc @calm() {\n  return\n}\n"
                   "func @b_main() {\n  @hook = @calm\n  call @run()\n}\n"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct err err = {0};
        if (!program_add_text(program, program_add_tu(program, tus[i].path, ""), tus[i].text, strlen(tus[i].text), &err))
            fail_msg("%s", err.text);
    }
    program_link(program);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        uint32_t count;
        panic_effects(program->panics, func, &count);
        assert_int_equal(count, strcmp(ir_sym_name(program->module, program->module->funcs.data[func].sym), "dies") == 0);
    }
    arena_destroy(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(spawns_are_found),
        cmocka_unit_test(calls_reach_their_targets),
        cmocka_unit_test(panics_are_filtered),
        cmocka_unit_test(the_library_throws_what_its_models_say),
        cmocka_unit_test(a_symbol_means_the_body_of_its_own_program),
        cmocka_unit_test(one_program_s_callbacks_are_not_another_s),
        cmocka_unit_test(a_linker_s_reach_tells_programs_apart),
    };
    return cmocka_run_group_tests(tests, load_models, NULL);
}
