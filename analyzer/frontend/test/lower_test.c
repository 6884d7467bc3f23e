/* What consumers rely on beyond the golden texts: flags and places of symbols and calls, inputs, reconciliation, and
 * that deep, large and broken sources are analysed or refused, never more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "frontend/frontend.h"
#include "ir/text.h"

struct request {
    struct arena *arena;
    struct compdb_job job;
    struct frontend_options options;
    struct frontend_unsaved unsaved;
    struct tu tu;
};

static void run(void *arg)
{
    struct request *request = arg;
    frontend_lower(request->arena, &request->job, &request->options, &request->tu, NULL);
}

static void lower_with(struct request *request, const char *name, const char *text, const char *flag)
{
    struct arena *arena = request->arena = arena_create("test");
    bool is_c = strcmp(name + strlen(name) - 2, ".c") == 0;
    const char **args = arena_array(arena, const char *, 2);
    args[0] = is_c ? "clang" : "clang++";
    args[1] = flag;
    const char *path = arena_printf(arena, TESTDATA "/frontend/%s", name);
    request->job = (struct compdb_job){.directory = TESTDATA "/frontend", .file = path, .real_path = path, .args = args,
                                       .arg_count = flag ? 2 : 1, .language = is_c ? LANG_C : LANG_CXX};
    request->unsaved = (struct frontend_unsaved){.path = path, .text = text, .length = strlen(text)};
    request->options.unsaved = &request->unsaved;
    request->options.unsaved_count = 1;
    assert_int_equal(frontend_on_large_stack(run, request, NULL), ERR_NONE);
}

static void lower(struct request *request, const char *name, const char *text)
{
    *request = (struct request){0};
    lower_with(request, name, text, NULL);
}

static void verify(const struct tu *tu)
{
    for (ir_func_id id = 1; id < tu->module->funcs.count; id++) {
        struct err err = {0};
        if (!ir_verify_func(tu->module, id, &err))
            fail_msg("%s", err.text);
    }
}

static const struct ir_sym *symbol(const struct request *request, const char *name)
{
    const struct ir_module *module = request->tu.module;
    for (ir_sym_id id = 1; id < module->syms.count; id++)
        if (strcmp(ir_sym_name(module, id), name) == 0)
            return &module->syms.data[id];
    fail_msg("no symbol %s", name);
    return NULL;
}

/* The first call of `callee` in `function`. */
static const struct ir_instr *call_in(const struct request *request, const char *function, const char *callee)
{
    const struct ir_module *module = request->tu.module;
    const struct ir_func *func = &module->funcs.data[symbol(request, function)->body];
    for (uint32_t i = 0; i < func->instrs.count; i++)
        if (func->instrs.data[i].op == IR_CALL && strcmp(ir_sym_name(module, func->instrs.data[i].sym), callee) == 0)
            return &func->instrs.data[i];
    fail_msg("%s does not call %s", function, callee);
    return NULL;
}

static void flags_of_symbols(void **state)
{
    (void)state;
    struct request request;
    lower(&request, "flags.cc",
          "[[noreturn]] void a(); void b() __attribute__((noreturn)); void c() noexcept; void d() noexcept(false);\n"
          "extern \"C\" void e(); static void f() {} [[nodiscard]] int g();\n"
          "__attribute__((annotate(\"spawnlint::recovers\"))) void h();\n"
          "template <class T> void i() noexcept(sizeof(T) > 1) {} thread_local int j;\n"
          "struct K { ~K(); }; struct L { ~L() noexcept(false); }; struct M { L l; ~M(); };\n"
          "void all() { c(); d(); e(); f(); g(); h(); i<int>(); i<char>(); j = 1; K k; L l; M m; b(); }\n"
          "void last() { a(); }\n");
    assert_int_equal(request.tu.status, TU_OK);
    assert_true(symbol(&request, "a")->flags & SYM_NORETURN);
    assert_true(symbol(&request, "b")->flags & SYM_NORETURN);
    assert_true(symbol(&request, "c")->flags & SYM_NOEXCEPT);
    assert_false(symbol(&request, "d")->flags & SYM_NOEXCEPT);
    assert_true(symbol(&request, "e")->flags & SYM_EXTERN_C);
    assert_true(symbol(&request, "f")->flags & SYM_INTERNAL);
    assert_true(symbol(&request, "g")->flags & SYM_NODISCARD);
    assert_true(symbol(&request, "h")->flags & SYM_RECOVERS);
    assert_true(symbol(&request, "j")->flags & SYM_THREAD_LOCAL);
    assert_true(symbol(&request, "K::~K")->flags & SYM_NOEXCEPT);
    assert_false(symbol(&request, "L::~L")->flags & SYM_NOEXCEPT);
    assert_false(symbol(&request, "M::~M")->flags & SYM_NOEXCEPT);
    uint32_t decided = 0;
    for (ir_sym_id id = 1; id < request.tu.module->syms.count; id++)
        if (strcmp(ir_sym_name(request.tu.module, id), "i") == 0)
            decided += (request.tu.module->syms.data[id].flags & SYM_NOEXCEPT) != 0;
    assert_int_equal(decided, 1); /* i<int>, not i<char> */
    arena_destroy(request.arena);
}

static void places_of_calls(void **state)
{
    (void)state;
    static const char text[] = "int spawn(void (*f)(int), int n);\n#define GO(f) spawn(f, 1)\n"
                               "#define ID(x) x\nstatic void entry(int n) { (void)n; }\n"
                               "void plain(void) { spawn(entry, 2); }\nvoid body(void) { GO(entry); }\n"
                               "void argument(void) { ID(spawn(entry, 3)); }\n";
    struct request request;
    lower(&request, "places.c", text);
    const struct ir_span *spans = request.tu.module->spans.data;
    const struct ir_instr *call = call_in(&request, "plain", "spawn");
    struct ir_span name = spans[call->name_span], whole = spans[call->span];
    assert_true(name.flags & SPAN_EDITABLE);
    assert_memory_equal(text + name.offset, "spawn", name.end_offset - name.offset);
    assert_int_equal(whole.line, 5);
    assert_memory_equal(text + whole.offset, "spawn(entry, 2)", whole.end_offset - whole.offset);
    assert_true(call->flags & CALL_DISCARDED);
    name = spans[call_in(&request, "body", "spawn")->name_span];
    assert_true(name.flags & SPAN_MACRO);
    assert_false(name.flags & SPAN_EDITABLE);
    assert_string_equal(ir_text(request.tu.module, name.macro), "GO");
    assert_int_equal(name.line, 6);
    name = spans[call_in(&request, "argument", "spawn")->name_span];
    assert_true((name.flags & (SPAN_MACRO_ARG | SPAN_EDITABLE)) == (SPAN_MACRO_ARG | SPAN_EDITABLE));
    assert_memory_equal(text + name.offset, "spawn", name.end_offset - name.offset);
    arena_destroy(request.arena);
}

static void keys_hold_across_places(void **state)
{
    (void)state;
    struct request first, second;
    lower(&first, "keys.cc", "template <class F> void go(F f) { f(); }\nstatic void g() { go([] {}); go([] {}); }\nvoid f() { g(); }\n");
    lower(&second, "keys.cc", "\n\nint before;\ntemplate <class F> void go(F f) { f(); }\nstatic void g() { go([] {}); go([] {}); }\nvoid f() { g(); }\n");
    assert_int_equal(first.tu.module->funcs.count, second.tu.module->funcs.count);
    uint32_t lambdas = 0;
    for (ir_sym_id id = 1; id < first.tu.module->syms.count; id++) {
        const struct ir_sym *sym = &first.tu.module->syms.data[id];
        if (!(sym->flags & SYM_LAMBDA))
            continue;
        lambdas++;
        assert_true(ir_find_sym(second.tu.module, ir_text(first.tu.module, sym->key)) != 0);
        assert_true(strstr(ir_text(first.tu.module, sym->key), "keys.cc") != NULL);
    }
    assert_int_equal(lambdas, 2);
    arena_destroy(first.arena);
    arena_destroy(second.arena);
}

static void inputs_with_absent(void **state)
{
    (void)state;
    struct request request = {0};
    lower_with(&request, "inputs.c", "#include <stddef.h>\nsize_t f(void) { return 0; }\n", "-I" TESTDATA "/link");
    bool has_absent = false, has_main = false, has_header = false;
    for (uint32_t i = 0; i < request.tu.inputs.count; i++) {
        const struct tu_input *input = &request.tu.inputs.data[i];
        has_absent |= input->absent && strcmp(input->path, TESTDATA "/link/stddef.h") == 0;
        has_main |= !input->absent && strstr(input->path, "inputs.c") && (input->hash.low || input->hash.high);
        has_header |= !input->absent && strstr(input->path, "stddef.h") && input->is_system;
        assert_true(i == 0 || strcmp(input[-1].path, input->path) <= 0);
    }
    assert_true(has_absent && has_main && has_header);
    arena_destroy(request.arena);
}

static void reconciles(void **state)
{
    (void)state;
    struct request request = {.options = {.reconcile = true}};
    lower_with(&request, "reconcile.cc",
               "struct A { A(int); ~A(); int m(); A operator+(const A &) const; };\nint f(int); template <class T> T g(T t) "
               "{ return f(t); }\nint h(A &a) { return a.m() + (a + A(1)).m() + g(2); }\n"
               "int hidden(int x = f(1));\n", NULL);
    assert_true(request.tu.calls_indexed >= 6);
    assert_int_equal(request.tu.calls_missed, request.tu.missed.count);
    assert_int_equal(request.tu.calls_missed, 1); /* a default argument that nobody uses */
    assert_string_equal(request.tu.missed.data[0].callee, "f");
    arena_destroy(request.arena);
}

static void errors_are_partial(void **state)
{
    (void)state;
    struct request request;
    lower(&request, "errors.c", "#include \"not-there.h\"\nvoid g(void);\nvoid broken(void) { g(); unknown_thing x; g(); }\n"
                                "void whole(void) { g(); }\n");
    assert_int_equal(request.tu.status, TU_PARTIAL);
    assert_int_equal(request.tu.partial_functions, 1);
    assert_true(request.tu.diagnostics.count >= 2);
    const struct ir_module *module = request.tu.module;
    assert_true(module->funcs.data[symbol(&request, "broken")->body].flags & FUNC_PARTIAL);
    assert_false(module->funcs.data[symbol(&request, "whole")->body].flags & FUNC_PARTIAL);
    assert_int_equal(request.tu.havoc[HAVOC_PARSE_ERROR], 1);
    call_in(&request, "whole", "g");
    arena_destroy(request.arena);
}

static void repeat(struct buf *buf, const char *text, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        buf_text(buf, text);
}

/* Lowers `before`, then `middle` n times, then `after`, and verifies. */
static void large(struct request *request, const char *before, const char *middle, uint32_t n, const char *after)
{
    struct buf buf = {0};
    buf_text(&buf, before);
    repeat(&buf, middle, n);
    buf_text(&buf, after);
    *request = (struct request){0};
    lower_with(request, "large.c", buf.data, "-fbracket-depth=200000");
    assert_int_equal(request->tu.status, TU_OK);
    verify(&request->tu);
    buf_free(&buf);
}

static void deep_and_large(void **state)
{
    (void)state;
    struct request request;
    large(&request, "void g(int); void f(int x) { ", "if (x++) g(1); else ", 4000, "g(2); }\n");
    assert_true(request.tu.instrs > 12000);
    arena_destroy(request.arena);
    large(&request, "void g(int); void f(int x) { if (x)", "\n    g(x + 1), g(2);\n if (x) ", 50000, ";}");
    assert_true(request.tu.instrs > 150000);
    arena_destroy(request.arena);
    large(&request, "int t[] = {", "1,", 100000, "2};");
    assert_int_equal(request.tu.functions, 0);
    arena_destroy(request.arena);
    large(&request, "int h(void); struct { int a; int (*f)(void); } t[] = {", "{1,h},", 100000, "};");
    assert_true(request.tu.instrs > 100000);
    arena_destroy(request.arena);
    large(&request, "int f(int x) { return x", " + x", 20000, "; }");
    arena_destroy(request.arena);
    large(&request, "int f(int x) { return x", " && x", 20000, "; }");
    arena_destroy(request.arena);
}

static void nested_blocks(void **state)
{
    (void)state;
    struct request request;
    struct buf buf = {0};
    buf_text(&buf, "void g(void); void f(void) { ");
    repeat(&buf, "{", 10000);
    buf_text(&buf, "g();");
    repeat(&buf, "}", 10000);
    buf_text(&buf, "}");
    request = (struct request){0};
    lower_with(&request, "nested.c", buf.data, "-fbracket-depth=20000");
    call_in(&request, "f", "g");
    arena_destroy(request.arena);
    request = (struct request){0}; /* within clang's own limit the body is dropped with an Error */
    lower_with(&request, "nested.c", buf.data, NULL);
    assert_int_equal(request.tu.status, TU_PARTIAL);
    buf_free(&buf);
    arena_destroy(request.arena);
}

static void bounds_are_kept(void **state)
{
    (void)state;
    struct request request = {.options = {.max_instrs = 50}};
    struct buf buf = {0};
    buf_text(&buf, "void g(void); void f(void) {");
    repeat(&buf, " g();", 500);
    buf_text(&buf, "}");
    lower_with(&request, "bounds.c", buf.data, NULL);
    const struct ir_module *module = request.tu.module;
    assert_true(module->funcs.data[symbol(&request, "f")->body].flags & FUNC_TOO_LARGE);
    assert_int_equal(request.tu.havoc[HAVOC_TOO_LARGE], 1);
    assert_true(request.tu.instrs < 100);
    buf_free(&buf);
    arena_destroy(request.arena);
}

static void same_bytes(void **state)
{
    (void)state;
    static const char text[] = "struct A { ~A(); virtual void m(); }; template <class T> void g(T t) { t(); }\n"
                               "void f(A a) { int n; g([&] { n++; }); g([=] { A b = a; }); static A s; }\n";
    struct request first, second;
    struct buf one = {0}, two = {0};
    lower(&first, "same.cc", text);
    lower(&second, "same.cc", text);
    ir_print_module(&one, first.tu.module);
    ir_print_module(&two, second.tu.module);
    assert_string_equal(one.data, two.data);
    buf_free(&one);
    buf_free(&two);
    arena_destroy(first.arena);
    arena_destroy(second.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_of_symbols), cmocka_unit_test(places_of_calls), cmocka_unit_test(keys_hold_across_places),
        cmocka_unit_test(inputs_with_absent), cmocka_unit_test(reconciles), cmocka_unit_test(errors_are_partial),
        cmocka_unit_test(deep_and_large), cmocka_unit_test(nested_blocks), cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
