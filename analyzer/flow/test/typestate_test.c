#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "flow/typestate.h"
#include "ir/text.h"

/* A channel: open, closed; errors 1: send after close, 2: double close, 3: lost while open. */
enum { UNBORN, OPEN, CLOSED, STATES };
enum { EVENT_OPEN, EVENT_SEND, EVENT_CLOSE, EVENTS };
static const char *const states[] = {"unborn", "open", "closed"};
static const uint8_t next[STATES * EVENTS] = {
    [OPEN * EVENTS + EVENT_OPEN] = OPEN,     [OPEN * EVENTS + EVENT_SEND] = OPEN,
    [OPEN * EVENTS + EVENT_CLOSE] = CLOSED,  [CLOSED * EVENTS + EVENT_OPEN] = OPEN,
    [CLOSED * EVENTS + EVENT_SEND] = CLOSED, [CLOSED * EVENTS + EVENT_CLOSE] = CLOSED,
};
static const uint8_t error[STATES * EVENTS] = {
    [CLOSED * EVENTS + EVENT_SEND] = 1,
    [CLOSED * EVENTS + EVENT_CLOSE] = 2,
};
static const uint8_t lost[STATES] = {[OPEN] = 3};

static const struct {
    const char *name;
    uint8_t event, born, success;
    int arg; /* 0: the result */
    bool by_pointer;
    int32_t element;
} models[] = {
    {"open", EVENT_OPEN, OPEN, SUCCESS_NOT_NEGATIVE, 0, false, -1},
    {"fopen", EVENT_OPEN, OPEN, SUCCESS_NOT_NULL, 0, false, -1},
    {"create", EVENT_OPEN, OPEN, SUCCESS_ZERO, 1, true, -1},
    {"pipe", EVENT_OPEN, OPEN, SUCCESS_ZERO, 1, true, 0},
    {"pipe", EVENT_OPEN, OPEN, SUCCESS_ZERO, 1, true, 1},
    {"send", EVENT_SEND, 0, 0, 1, false, -1},
    {"close", EVENT_CLOSE, 0, 0, 1, false, -1},
};

static uint32_t channel_events(void *context, ir_func_id func, ir_instr_id id, struct typestate_event *out)
{
    const struct ir_module *module = context;
    const struct ir_func *body = &module->funcs.data[func];
    const struct ir_instr *instr = &body->instrs.data[id];
    uint32_t count = 0;
    if (instr->op != IR_CALL || !instr->sym)
        return 0;
    if (!strcmp(ir_sym_name(module, instr->sym), "wrap")) { /* file = wrap(fd): the same object */
        out[0] = (struct typestate_event){.element = -1, .object = body->args.data[instr->first_arg],
                                          .alias = IR_VAL(VAL_PATH, instr->dst)};
        return 1;
    }
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        if (strcmp(models[i].name, ir_sym_name(module, instr->sym)))
            continue;
        ir_val object = IR_VAL(VAL_PATH, instr->dst);
        if (models[i].arg)
            object = body->args.data[instr->first_arg + (uint32_t)models[i].arg - 1];
        else if (!instr->dst)
            continue;
        out[count++] = (struct typestate_event){.event = models[i].event, .born = models[i].born,
                                                .success = models[i].success, .by_pointer = models[i].by_pointer,
                                                .element = models[i].element, .object = object};
    }
    return count;
}

static struct typestate *engine_for(struct arena *arena, struct ir_module *module, bool with_lost)
{
    struct typestate_automaton *automaton = arena_new(arena, struct typestate_automaton);
    *automaton = (struct typestate_automaton){.name = "channel", .state_count = STATES, .event_count = EVENTS,
                                              .states = states, .next = next, .error = error, .assumed = OPEN};
    if (with_lost)
        automaton->lost_error = lost;
    struct typestate_input input = {.module = module, .automaton = automaton, .context = module, .events = channel_events};
    return typestate_create(arena, &input);
}

static struct ir_module *parse(struct arena *arena, const char *text)
{
    struct ir_module *module = ir_module_create(arena);
    struct err err = {0};
    struct buf whole = {0};
    buf_printf(&whole, "file \"/t.c\" lines\n%s", text);
    if (!ir_parse_text(module, whole.data, whole.count, &err))
        fail_msg("%s\n%s", err.text, text);
    buf_free(&whole);
    return module;
}

/* "func error must|may", one per line, in order of functions and places. */
static void summarize(struct buf *out, struct typestate *engine, const struct ir_module *module)
{
    buf_text(out, "");
    for (ir_func_id func = 1; func < module->funcs.count; func++) {
        const struct typestate_result *result = typestate_analyse(engine, func);
        for (uint32_t i = 0; i < result->count; i++) {
            const struct typestate_violation *violation = &result->violations[i];
            const struct ir_instr *instr = &module->funcs.data[func].instrs.data[violation->instr];
            buf_printf(out, "%s:%u %u %s\n", ir_sym_name(module, module->funcs.data[func].sym),
                       module->spans.data[instr->span].line - 1, violation->error, violation->must ? "must" : "may");
        }
    }
}

struct test_case {
    const char *what, *text, *expected;
    bool with_lost;
};

static void check_cases(const struct test_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_create("test");
        struct ir_module *module = parse(arena, cases[i].text);
        struct typestate *engine = engine_for(arena, module, cases[i].with_lost);
        struct buf out = {0};
        summarize(&out, engine, module);
        const char *got = out.data ? out.data : "";
        if (strcmp(got, cases[i].expected)) {
            struct buf dump = {0};
            for (ir_func_id func = 1; func < module->funcs.count; func++)
                typestate_print(&dump, engine, func);
            fail_msg("%s\n%sgot:\n%swanted:\n%s%s", cases[i].what, cases[i].text, got, cases[i].expected, dump.data);
        }
        buf_free(&out);
        arena_destroy(arena);
    }
}
#define CHECK_CASES(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

static void follows_one_function(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"straight", "func @f() {\n fd = call @open()\n call @close(fd)\n call @send(fd)\n}\n", "f:4 1 must\n", false},
        {"double close", "func @f(fd) {\n call @close(fd)\n call @close(fd)\n}\n", "f:3 2 must\n", false},
        {"good order", "func @f(fd) {\n call @send(fd)\n call @close(fd)\n}\n", "", false},
        {"one path", "func @f(fd, x) {\n branch x, a, b\na: call @close(fd)\nb: call @send(fd)\n}\n", "f:4 1 may\n", false},
        {"first send only", "func @f(fd) {\n call @close(fd)\n call @send(fd)\n call @send(fd)\n}\n", "f:3 1 must\n", false},
        {"reopened", "func @f() {\n fd = call @open()\n call @close(fd)\n fd = call @open()\n call @send(fd)\n}\n", "", false},
        {"alias", "func @f(fd) {\n b = fd\n call @close(fd)\n call @send(b)\n}\n", "f:4 1 must\n", false},
        {"field alias", "func @f(c) {\n fd = c->fd\n call @close(fd)\n call @send(c->fd)\n}\n", "f:4 1 must\n", false},
        {"pointer alias", "func @f(c) {\n d = c\n call @close(d->fd)\n call @send(c->fd)\n}\n", "f:4 1 must\n", false},
        {"address", "func @f() {\n call @create(&ch)\n p = &ch\n call @close(ch)\n call @send(*p)\n}\n", "f:5 1 must\n", false},
        {"other field", "func @f(c) {\n call @close(c->a)\n call @send(c->b)\n}\n", "", false},
        {"pipe ends", "func @f() {\n call @pipe(&p)\n call @close(p[0])\n call @send(p[1])\n call @send(p[0])\n}\n", "f:5 1 must\n", false},
        {"array by variable", "func @f(p, i) {\n call @close(p->[i])\n i = i + 1\n call @send(p->[i])\n}\n", "", false},
        {"same index", "func @f(p, i) {\n call @close(p->[i])\n call @send(p->[i])\n}\n", "f:3 1 must\n", false},
        {"global", "global @g; func @f() {\n call @close(@g)\n call @send(@g)\n}\n", "f:3 1 must\n", false},
        {"wrapped", "func @f(fd) {\n s = call @wrap(fd)\n call @close(s)\n call @send(fd)\n}\n", "f:4 1 must\n", false},
        {"loop", "func @f(fd) {\nl: call @send(fd)\n call @close(fd)\n branch ?, l, e\ne: return\n}\n", "f:2 1 may\n", false},
        {"loop reopens", "func @f() {\nl: fd = call @open()\n call @send(fd)\n call @close(fd)\n branch ?, l, e\ne: return\n}\n", "", false},
        {"loop over array", "func @f(p) {\n i = 0\nl: call @close(p->[i])\n i = i + 1\n c = i < 10\n branch c, l, e\ne: return\n}\n", "", false},
    };
    CHECK_CASES(cases);
}

static void branches_cut_paths_off(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"flag", "func @f(fd, x) {\n closed = 0\n branch x, a, b\na: call @close(fd)\n closed = 1\n"
                 "b: branch closed, e, s\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"minus one", "func @f(fd, x) {\n branch x, a, b\na: call @close(fd)\n fd = -1\n"
                      "b: t = fd >= 0\n branch t, s, e\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"same condition", "func @f(fd, x) {\n branch x, a, b\na: call @close(fd)\n"
                           "b: branch x, e, s\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"negated condition", "func @f(fd, x) {\n t = x == 0\n branch t, b, a\na: call @close(fd)\n"
                              "b: u = !x\n branch u, s, e\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"wrong condition", "func @f(fd, x) {\n branch x, a, b\na: call @close(fd)\n"
                            "b: branch x, s, e\ns: call @send(fd)\ne: return\n}\n", "f:5 1 must\n", false},
        {"bit", "func @f(fd, x) {\n t = x & 4\n branch t, a, b\na: call @close(fd)\n"
                "b: u = x & 4\n branch u, e, s\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"field flag", "func @f(c) {\n branch c->closed, e, a\na: call @close(c->fd)\n c->closed = 1\n"
                       " branch c->closed, e, s\ns: call @send(c->fd)\ne: return\n}\n", "", false},
        {"switch", "func @f(fd, x) {\n switch x { 1: a, 2..3: a, default: b }\na: call @close(fd)\n"
                   "b: switch x { 1: e, 2..3: e, default: s }\ns: call @send(fd)\ne: return\n}\n", "", false},
        {"goto error", "func @f(x) {\n rc = 0\n fd = call @open()\n bad = fd < 0\n branch bad, e, a\n"
                       "a: n = call @send(fd)\n t = n < 0\n branch t, err, ok\nerr: call @close(fd)\n rc = -1\n jump out\n"
                       "ok: nop\nout: u = rc == 0\n branch u, more, e\nmore: call @send(fd)\n call @close(fd)\ne: return\n}\n",
         "", false},
        {"flag of an unrelated join", "func @f(fd, x, y) {\n branch x, a, b\na: call @close(fd)\n"
                                      "b: branch y, c, d\nc: z = 1\nd: branch x, e, s\ns: call @send(fd)\ne: return\n}\n",
         "", false},
        {"condition overwritten", "func @f(fd, x) {\n branch x, a, b\na: call @close(fd)\nb: x = call @g()\n"
                                  " branch x, e, s\ns: call @send(fd)\ne: return\n}\n", "f:6 1 may\n", false},
        {"first round only", "func @f(fd, n, x) {\n c = 0\nl: t = c < n\n branch t, b, e\nb: u = c == 0\n branch u, y, z\n"
                             "y: branch x, k, z\nk: call @close(fd)\nz: c = c + 1\n jump l\ne: return\n}\n", "", false},
        {"counted loop", "func @f(fd) {\n i = 0\nl: c = i < 1\n branch c, b, e\nb: call @close(fd)\n i = i + 1\n jump l\n"
                         "e: return\n}\n", "", false},
    };
    CHECK_CASES(cases);
}

static void callees_have_summaries(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"callee closes", "func @drop(c) {\n call @close(c->fd)\n}\n"
                          "func @f(c) {\n call @drop(c)\n call @send(c->fd)\n}\n", "f:6 1 must\n", false},
        {"callee sends", "func @say(fd) {\n call @send(fd)\n}\nfunc @f(fd) {\n call @close(fd)\n call @say(fd)\n}\n",
         "f:6 1 must\n", false},
        {"both", "func @drop(fd) {\n call @close(fd)\n}\nfunc @say(fd) {\n call @send(fd)\n}\n"
                 "func @f(fd) {\n call @drop(fd)\n call @say(fd)\n}\n", "f:9 1 must\n", false},
        {"deep", "func @a(fd) {\n call @close(fd)\n}\nfunc @b(x) {\n call @a(x)\n}\nfunc @c(c) {\n call @b(c->fd)\n}\n"
                 "func @f(c) {\n call @c(c)\n call @c(c)\n}\n", "f:12 2 must\n", false},
        {"callee guards itself", "func @drop(c) {\n branch c->closed, e, a\na: call @close(c->fd)\n c->closed = 1\ne: return\n}\n"
                                 "func @f(c) {\n call @drop(c)\n call @drop(c)\n}\n", "", false},
        {"callee resets", "func @drop(c) {\n call @close(c->fd)\n c->fd = -1\n}\n"
                          "func @f(c) {\n call @drop(c)\n call @send(c->fd)\n}\n", "", false},
        {"return code", "func @try_close(fd, x) {\n branch x, a, b\na: call @close(fd)\n return 1\nb: return 0\n}\n"
                        "func @f(fd, x) {\n r = call @try_close(fd, x)\n branch r, e, s\ns: call @send(fd)\ne: return\n}\n",
         "", false},
        {"return code ignored", "func @try_close(fd, x) {\n branch x, a, b\na: call @close(fd)\n return 1\nb: return 0\n}\n"
                                "func @f(fd, x) {\n call @try_close(fd, x)\n call @send(fd)\n}\n", "f:9 1 may\n", false},
        {"constant argument", "func @maybe(fd, x) {\n branch x, a, b\na: call @close(fd)\nb: return\n}\n"
                              "func @f(fd) {\n call @maybe(fd, 0)\n call @send(fd)\n}\n", "", false},
        {"opens for its caller", "func @make() {\n fd = call @open()\n return fd\n}\n"
                                 "func @f() {\n fd = call @make()\n call @close(fd)\n call @send(fd)\n}\n", "f:8 1 must\n", false},
        {"opens into a struct", "func @make(c) {\n t = call @open()\n c->fd = t\n return 0\n}\n"
                                "func @f() {\n call @make(&c)\n call @close(c.fd)\n call @send(c.fd)\n}\n", "f:9 1 must\n", false},
        {"global through calls", "global @log; func @stop() {\n call @close(@log)\n}\nfunc @say() {\n call @send(@log)\n}\n"
                                 "func @f() {\n call @stop()\n call @say()\n}\n", "f:9 1 must\n", false},
        {"callee sends on one path", "func @say(fd, x) {\n branch x, a, b\na: call @send(fd)\nb: return\n}\n"
                                     "func @f(fd, x) {\n call @close(fd)\n call @say(fd, x)\n}\n", "f:8 1 must\n", false},
        {"its own error stays in the callee", "func @g(fd) {\n call @close(fd)\n call @send(fd)\n}\n"
                                              "func @f(fd) {\n call @g(fd)\n}\n", "g:3 1 must\n", false},
        {"index handed in", "func @drop(c, i) {\n call @close(c->[i].fd)\n}\n"
                            "func @f(c, j) {\n call @drop(c, 0)\n call @drop(c, 1)\n call @drop(c, j)\n call @drop(c, j)\n}\n",
         "f:8 2 must\n", false},
        {"same constant index", "func @drop(c, i) {\n call @close(c->[i].fd)\n}\nfunc @f(c) {\n call @drop(c, 1)\n call @drop(c, 1)\n}\n",
         "f:6 2 must\n", false},
        {"callee refills by address", "func @refill(p) {\n t = call @get()\n *p = t\n}\n"
                                      "func @f(c) {\n call @close(c->fd)\n call @refill(&c->fd)\n call @close(c->fd)\n}\n", "", false},
        {"flag made of the pointer", "func @f(p, x) {\n %1 = p == 0\n mine = %1\n jump n\nn: u = p == 0\n branch u, o, a\n"
                                     "o: p = call @open()\na: call @send(p)\n branch mine, c, e\nc: call @close(p)\n"
                                     "e: branch mine, out, again\nagain: call @close(p)\nout: return\n}\n", "", false},
        {"wrapping failed", "func @make(out: \"char **\") {\n fd = call @open()\n *out = call @wrap(fd)\n t = *out == 0\n branch t, bad, ok\n"
                            "bad: call @close(fd)\n return 1\nok: return 0\n}\n"
                            "func @f() {\n local o: \"char *\"\n r = call @make(&o)\n branch o, c, e\nc: call @close(o)\ne: return\n}\n", "", false},
        {"not that one", "global @std; func @drop(x) {\n f = @std\n branch x, a, b\na: f = call @open()\nb: t = f != @std\n"
                         " branch t, c, e\nc: call @close(f)\ne: return\n}\nfunc @g(x) {\n call @drop(x)\n call @close(@std)\n}\n", "", false},
        {"recursion", "func @f(c, n) {\n branch n, a, b\na: call @f(c->next, n)\nb: call @close(c->fd)\n}\n", "", false},
        {"result closed twice", "func @f() {\n c = call @get()\n call @close(c->fd)\n call @close(c->fd)\n}\n", "f:4 2 must\n", false},
        {"another object", "func @f() {\n c = call @get()\n call @close(c->fd)\n c = call @get()\n call @close(c->fd)\n}\n", "", false},
        {"external may write by address", "func @f() {\n c = call @get()\n call @close(c)\n call @reset(&c)\n call @send(c)\n}\n",
         "", false},
    };
    CHECK_CASES(cases);
}

static void lost_objects_are_told(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"never closed", "func @f() {\n fd = call @open()\n call @send(fd)\n return\n}\n", "f:4 3 must\n", true},
        {"error path", "func @f(x) {\n fd = call @open()\n branch x, a, b\na: return\nb: call @close(fd)\n return\n}\n",
         "f:4 3 must\n", true},
        {"failed open", "func @f() {\n fd = call @open()\n t = fd < 0\n branch t, a, b\na: return\nb: call @close(fd)\n return\n}\n",
         "", true},
        {"returned", "func @f() {\n fd = call @open()\n return fd\n}\n", "", true},
        {"stored", "func @f(c) {\n fd = call @open()\n c->fd = fd\n}\n", "", true},
        {"overwritten", "func @f() {\n fd = call @open()\n fd = call @open()\n call @close(fd)\n}\n", "f:3 3 must\n", true},
        {"given away", "func @f() {\n fd = call @open()\n call @keep(fd)\n}\n", "", true},
        {"out parameter", "func @f() {\n r = call @create(&ch)\n branch r, e, a\na: call @close(ch)\ne: return\n}\n", "", true},
        {"made by callee, lost here", "func @make() {\n fd = call @open()\n return fd\n}\n"
                                      "func @f() {\n fd = call @make()\n call @send(fd)\n return\n}\n", "f:8 3 must\n", true},
        {"closed by callee", "func @drop(fd) {\n call @close(fd)\n}\nfunc @f() {\n fd = call @open()\n call @drop(fd)\n}\n", "", true},
        {"callee keeps nothing", "func @look(fd) {\n copy = fd\n t = copy < 3\n return t\n}\n"
                                 "func @f() {\n fd = call @open()\n call @look(fd)\n return\n}\n", "f:9 3 must\n", true},
        {"callee keeps a copy", "global @g; func @look(fd) {\n copy = fd\n @g = copy\n}\n"
                                "func @f() {\n fd = call @open()\n call @look(fd)\n return\n}\n", "", true},
        {"callee hands it on", "func @look(fd) {\n call @keep(fd)\n}\nfunc @pass(fd) {\n call @look(fd)\n}\n"
                               "func @f() {\n fd = call @open()\n call @pass(fd)\n return\n}\n", "", true},
        {"callee gives it back", "func @same(fd) {\n return fd\n}\n"
                                 "func @f() {\n fd = call @open()\n r = call @same(fd)\n call @keep(r)\n return\n}\n", "", true},
        {"callee takes its address", "func @look(fd) {\n call @keep(&fd)\n}\n"
                                     "func @f() {\n fd = call @open()\n call @look(fd)\n return\n}\n", "", true},
        {"null through a pointer", "func @f() {\n local f: \"char *\"\n local q: \"char *\"\n f = call @fopen()\n p = &f\n q = *p\n *p = 0\n branch q, a, e\na: call @close(q)\n"
                                   "e: return\n}\n", "", true},
        {"cleanup attribute", "func @f() {\n local fd: int cleanup\n begin fd\n fd = call @open()\n end fd\n return\n}\n", "", true},
        {"no cleanup attribute", "func @f() {\n local fd: int\n begin fd\n fd = call @open()\n end fd\n return\n}\n", "f:6 3 must\n", true},
        {"callee may fail", "func @make() {\n fd = call @open()\n t = fd < 0\n branch t, bad, ok\nbad: return -1\nok: return fd\n}\n"
                            "func @f() {\n fd = call @make()\n t = fd < 0\n branch t, e, a\na: call @close(fd)\ne: return\n}\n", "", true},
    };
    CHECK_CASES(cases);
}

static void exceptions_are_paths(void **state)
{
    (void)state;
    static const struct test_case cases[] = {
        {"handler closes again", "func @f(fd) {\n try r { catch ... -> h }\na in r: call @close(fd)\n call @may_throw()\n region none\n return\n"
                                 "h: catch\n call @close(fd)\n}\n", "f:8 2 may\n", false},
        {"nothing catches it", "func @f() {\n try r { catch int -> h }\n fd = call @open()\na in r: call @may_throw()\n region none\n call @close(fd)\n return\n"
                               "h: catch\n call @close(fd)\n}\n", "f:4 3 must\n", true},
        {"cleanup runs once", "func @f() {\n cleanup r -> c\n fd = call @open()\na in r: call @may_throw()\n region none\n call @close(fd)\n return\n"
                              "c: call @close(fd)\n resume\n}\n", "", true},
    };
    CHECK_CASES(cases);
}

static void stories_read_well(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *module = parse(arena, "func @drop(c) {\n branch c->fd, a, e\na: call @close(c->fd)\ne: return\n}\n"
                                            "func @f(x, y) {\n c = call @get()\n branch x, a, b\na: call @drop(c)\n"
                                            "b: branch y, d, d\nd: call @send(c->fd)\n}\n");
    struct buf out = {0};
    typestate_print(&out, engine_for(arena, module, false), ir_body(module, 0) ? 1 : 2);
    assert_string_equal(out.data, "f:\n"
                                  "  may error 1 of c->fd in state closed\n"
                                  "  start: c = call @get()\n"
                                  "  branch yes: branch x, b2, b3\n"
                                  "  call: call @drop(c)\n"
                                  "    branch yes: branch c->fd, b2, b3\n"
                                  "    event: call @close(c->fd)\n"
                                  "  event: call @send(c->fd)\n");
    buf_free(&out);
    arena_destroy(arena);
}

/* 10,000 blocks, 200 channels, flags and jumps back: it ends, in time, and says that it was bounded or is done. */
static char *monster(void)
{
    enum { BLOCKS = 10000, CHANNELS = 200 };
    struct buf text = {0};
    uint32_t random = 12345;
    buf_text(&text, "func @f(x) {\n");
    for (int i = 0; i < CHANNELS; i++)
        buf_printf(&text, " c%d = call @open()\n", i);
    for (int block = 0; block < BLOCKS; block++) {
        random = random * 1664525 + 1013904223;
        uint32_t channel = (random >> 8) % CHANNELS, kind = (random >> 16) % 20, jump = (random >> 24) % 20;
        buf_printf(&text, "b%d:\n", block);
        if (kind < 10)
            buf_printf(&text, " call @send(c%u)\n", channel);
        else if (kind < 11)
            buf_printf(&text, " call @close(c%u)\n", channel);
        else if (kind < 12)
            buf_printf(&text, " f%u = %u\n", channel, jump & 1);
        else if (kind < 13)
            buf_printf(&text, " d%u = c%u\n", channel, channel);
        int to = jump ? block + 1 + (int)(jump % 4) : block - (int)(channel < (uint32_t)block ? channel : (uint32_t)block);
        buf_printf(&text, " branch f%u, b%d, b%d\n", (channel * 7) % CHANNELS, to < BLOCKS ? to : BLOCKS, block + 1);
    }
    buf_printf(&text, "b%d: return\n}\n", BLOCKS);
    return text.data;
}

static void monsters_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    char *text = monster();
    struct ir_module *module = parse(arena, text);
    struct typestate *engine = engine_for(arena, module, true);
    clock_t start = clock();
    const struct typestate_result *result = typestate_analyse(engine, 1);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    print_message("monster: %.3f s, %u violations%s\n", seconds, result->count, result->bounded ? ", bounded" : "");
    assert_true(result->bounded || result->count > 0);
    assert_true(seconds < 20); /* a bound of time would be no test on a busy machine: bench/ has it */
    free(text);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_one_function),  cmocka_unit_test(branches_cut_paths_off),
        cmocka_unit_test(callees_have_summaries), cmocka_unit_test(lost_objects_are_told),
        cmocka_unit_test(exceptions_are_paths),  cmocka_unit_test(stories_read_well),
        cmocka_unit_test(monsters_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
