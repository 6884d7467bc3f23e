#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "facts/model.h"
#include "facts/name.h"

struct fixture {
    struct arena *arena;
    struct model_set *set;
    struct ir_module *module;
};

static int setup(void **state)
{
    struct arena *arena = arena_create("test");
    struct fixture *f = arena_new(arena, struct fixture);
    *f = (struct fixture){arena, model_set_create(arena), ir_module_create(arena)};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(((struct fixture *)*state)->arena);
    return 0;
}

static ir_sym_id function_of_type(struct fixture *f, const char *name, const char *type, uint32_t flags)
{
    ir_sym_id sym = ir_add_sym(f->module, arena_printf(f->arena, "%s|%s", name, type), name, SYM_FUNCTION, flags);
    f->module->syms.data[sym].type =
        ir_add_type(f->module, (struct ir_type){.spelling = ir_string(f->module, type), .kind = TYPE_FUNCTION});
    return sym;
}

static void names_lose_arguments_and_inline_namespaces(void **state)
{
    struct fixture *f = *state;
    static const char *const pairs[][2] = {
        {"std::vector<int, std::allocator<int>>::at", "std::vector::at"},
        {"std::__1::thread::thread", "std::thread::thread"},
        {"std::__cxx11::basic_string<char>::at", "std::basic_string::at"},
        {"std::filesystem::__cxx11::directory_iterator::operator++", "std::filesystem::directory_iterator::operator++"},
        {"a::operator<", "a::operator<"},
        {"a::operator<=><int>", "a::operator<=>"},
        {"a::operator->", "a::operator->"},
        {"::open", "open"},
        {"(anonymous namespace)::f", "f"},
        {"std::_V2::error_category::f", "std::error_category::f"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(model_normalise(f->arena, pairs[i][0]), pairs[i][1]);
}

static void parameters_are_split_at_their_own_commas(void **state)
{
    struct fixture *f = *state;
    const char **params;
    assert_int_equal(name_params(f->arena, "int (const char *, std::map<int, long>, ...)", &params), 2);
    assert_string_equal(params[0], "const char *");
    assert_string_equal(params[1], "std::map<int, long>");
    assert_int_equal(name_params(f->arena, "void (void)", &params), 0);
    assert_int_equal(name_params(f->arena, "void (void *(*)(void *), int)", &params), 2);
    assert_int_equal(name_params(f->arena, "int", &params), -1);
}

static void builtin_models_are_well_formed_and_found(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    assert_true(model_set_count(f->set) > 200);
    ir_sym_id sym = function_of_type(
        f, "pthread_create", "int (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)", SYM_SYSTEM);
    const struct model_function *model = model_find(f->set, f->module, sym);
    const struct role *spawn = model_role(model, ROLE_SPAWN);
    assert_non_null(spawn);
    assert_int_equal(spawn->at[POS_ENTRY], 3);
    assert_int_equal(spawn->at[POS_ARG], 4);
    assert_string_equal(model->fix->to, "rh_pthread_create");
    assert_string_equal(spawn->task, "thread");
}

static void overloads_are_told_apart(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    ir_sym_id start = function_of_type(f, "std::thread::thread", "void ((lambda) &&)", 0);
    ir_sym_id move = function_of_type(f, "std::thread::thread", "void (std::thread &&)", 0);
    ir_sym_id empty = function_of_type(f, "std::thread::thread", "void ()", 0);
    assert_non_null(model_role(model_find(f->set, f->module, start), ROLE_SPAWN));
    assert_null(model_role(model_find(f->set, f->module, move), ROLE_SPAWN));
    assert_non_null(model_role(model_find(f->set, f->module, move), ROLE_MOVE_HANDLE));
    assert_null(model_role(model_find(f->set, f->module, empty), ROLE_SPAWN));
    ir_sym_id throwing = function_of_type(f, "std::filesystem::remove", "bool (const path &)", 0);
    ir_sym_id quiet = function_of_type(f, "std::filesystem::remove", "bool (const path &, std::error_code &)", 0);
    assert_non_null(model_role(model_find(f->set, f->module, throwing), ROLE_THROWS));
    assert_null(model_role(model_find(f->set, f->module, quiet), ROLE_THROWS));
}

static void the_class_of_a_member_may_decide(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    static const char *const classes[] = {"std::vector<std::thread>", "std::vector<int>"};
    for (int i = 0; i < 2; i++) {
        ir_sym_id sym = ir_add_sym(f->module, classes[i], "std::vector::emplace_back", SYM_FUNCTION, SYM_METHOD);
        f->module->syms.data[sym].class_ = ir_add_class(f->module, classes[i], classes[i]);
        const struct model_function *model = model_find(f->set, f->module, sym);
        assert_int_equal(model_role(model, ROLE_SPAWN) != NULL, i == 0);
        assert_int_equal(model_is_opaque(model), i == 0);
    }
    assert_false(model_names(f->set, "std::vector<std::thread>::emplace_back"));
    assert_true(model_names(f->set, "std::__1::thread::thread"));
}

static void a_static_function_of_the_project_is_not_the_library_s(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    assert_null(model_find(f->set, f->module, function_of_type(f, "exit", "void (int)", SYM_INTERNAL)));
    assert_non_null(model_find(f->set, f->module, function_of_type(f, "abort", "void ()", SYM_SYSTEM)));
}

static void a_user_s_model_wins(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    struct hash128 before = model_set_hash(f->set);
    const char *text = "functions:\n  - name: abort\n    quiet: true\n";
    assert_int_equal(model_set_add_text(f->set, "mine.yaml", text, strlen(text), true, NULL), ERR_NONE);
    const struct model_function *model = model_find(f->set, f->module, function_of_type(f, "abort", "void ()", 0));
    assert_null(model_role(model, ROLE_FATAL));
    assert_false(hash_equal(before, model_set_hash(f->set)));
}

static void mistakes_name_line_and_nearest_spelling(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"functions:\n  - name: f\n    spwan: {entry: 1}\n", "m.yaml:3:5: unknown key or role \"spwan\"; did you mean \"spawn\"?"},
        {"functions:\n  - name: f\n    spawn: {entri: 1}\n", "m.yaml:3:13: unknown key of the role spawn \"entri\"; did you mean \"entry\"?"},
        {"functions:\n  - name: f\n    spawn: {arg: 1}\n", "m.yaml:3:12: the role spawn needs the key \"entry\""},
        {"functions:\n  - name: f\n    spawn: {entry: first}\n", "m.yaml:3:20: a position is the number of an argument (from 1), `this` or `result`"},
        {"functions:\n  - spawn: {entry: 1}\n", "m.yaml:2:5: a function is a map with the key \"name\""},
        {"funktions: []\n", "m.yaml:1:1: unknown key \"funktions\"; did you mean \"functions\"?"},
        {"functions:\n  - name: f\n    recover: {callback: 1, kinds: [exeption]}\n", "m.yaml:3:36: unknown panic kind \"exeption\"; did you mean \"exception\"?"},
        {"functions:\n  - name: f\n    chan-open: {channel: 1, pair: oneway}\n",
         "m.yaml:3:35: unknown pair \"oneway\"; did you mean \"one-way\"?"},
        {"functions:\n  - name: f\n    unlock: {callback: 1}\n", "m.yaml:3:14: unknown key of the role unlock \"callback\"; it takes lock, by-pointer"},
        {"functions:\n  - name: f\n    block: {class: netwrk}\n", "m.yaml:3:20: unknown class \"netwrk\"; did you mean \"network\"?"},
        {"functions:\n  - name: f\n    quiet: true\n  - name: [g, f]\n    fatal: true\n",
         "m.yaml:4:15: f has a model for the same calls in line 2; put all roles into one"},
        {"functions:\n  - name: []\n    quiet: true\n", "m.yaml:2:11: a function needs a name"},
        {"functions:\n  - name: f\n", "m.yaml:2:5: the function says nothing: give it a role, or `quiet: true` where it does nothing"},
        {"functions:\n  - name: f\n    chan-open: {channel: result, success: nonzero}\n",
         "m.yaml:3:43: unknown form of success \"nonzero\"; did you mean \"not-zero\"?"},
        {"# nothing\n", "m.yaml:1:1: the file says nothing: a model file is a map with the keys library and functions"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_int_equal(model_set_add_text(f->set, "m.yaml", cases[i][0], strlen(cases[i][0]), true, &err), ERR_INPUT);
        assert_string_equal(err.text, cases[i][1]);
    }
}

static void system_headers_are_quiet_by_path(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    static const struct {
        const char *path;
        bool quiet;
    } cases[] = {{"/usr/include/string.h", true}, {"/usr/include/x86_64-linux-gnu/sys/socket.h", true},
                 {"/usr/include/event2/event.h", false}, {"/usr/include/mystring.h", false},
                 {"/usr/include/c++/12/vector", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ir_sym_id sym = function_of_type(f, arena_printf(f->arena, "f%zu", i), "void ()", SYM_SYSTEM);
        f->module->syms.data[sym].span = ir_add_span(
            f->module, (struct ir_span){.file = ir_add_file(f->module, cases[i].path, true), .line = 1, .column = 1});
        assert_int_equal(model_is_quiet(f->set, f->module, sym), cases[i].quiet);
    }
    assert_true(model_is_quiet(f->set, f->module, function_of_type(f, "__builtin_memcpy", "void ()", 0)));
}

/* `operator new` of an implicit declaration has none. */
static void a_symbol_without_a_type_meets_no_condition(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "library: x\nfunctions:\n  - {name: f, has-param: \"*int*\", quiet: true}\n";
    assert_int_equal(model_set_add_text(f->set, "x", text, sizeof text - 1, false, NULL), ERR_NONE);
    ir_sym_id sym = ir_add_sym(f->module, "f", "f", SYM_FUNCTION, 0);
    assert_null(model_find(f->set, f->module, sym));
    assert_non_null(model_find(f->set, f->module, function_of_type(f, "f", "void (int)", 0)));
}

static void asserting_macros_are_known(void **state)
{
    struct fixture *f = *state;
    model_set_add_builtin(f->set);
    assert_true(model_is_assert_macro(f->set, "assert"));
    assert_true(model_is_assert_macro(f->set, "MY_ASSERT"));
    assert_false(model_is_assert_macro(f->set, "CHECK"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(names_lose_arguments_and_inline_namespaces), T(parameters_are_split_at_their_own_commas),
        T(builtin_models_are_well_formed_and_found), T(overloads_are_told_apart), T(the_class_of_a_member_may_decide),
        T(a_static_function_of_the_project_is_not_the_library_s), T(a_user_s_model_wins),
        T(mistakes_name_line_and_nearest_spelling), T(system_headers_are_quiet_by_path),
        T(a_symbol_without_a_type_meets_no_condition), T(asserting_macros_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
