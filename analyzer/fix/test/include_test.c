/* Where an #include goes: each case is a text before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "finding/comments.h"
#include "fix/include.h"

#define NEW "#include <rh/spawn.h>\n"

static const struct {
    const char *name, *before, *after; /* after NULL: nothing to do */
} cases[] = {
    {"behind the last include", "#include <a.h>\n#include \"b.h\"\n\nint x;\n",
     "#include <a.h>\n#include \"b.h\"\n" NEW "\nint x;\n"},
    {"there already", "#include <a.h>\n#include <rh/spawn.h>\nint x;\n", NULL},
    {"there already, quoted", "# include \"rh/spawn.h\"\nint x;\n", NULL},
    {"there under a condition only", "#include <a.h>\n#ifdef X\n#include <rh/spawn.h>\n#endif\n",
     "#include <a.h>\n" NEW "#ifdef X\n#include <rh/spawn.h>\n#endif\n"},
    {"there in a comment only", "/* #include <rh/spawn.h> */\n#include <a.h>\n",
     "/* #include <rh/spawn.h> */\n#include <a.h>\n" NEW},
    {"another header of that beginning", "#include <rh/spawn.hpp>\n", "#include <rh/spawn.hpp>\n" NEW},
    {"not behind code", "#include <a.h>\nint f(void) { return 0; }\n#include \"table.inc\"\n",
     "#include <a.h>\n" NEW "int f(void) { return 0; }\n#include \"table.inc\"\n"},
    {"not in a conditional",
     "#include <a.h>\n#ifdef _WIN32\n#include <windows.h>\n#else\n#include <u.h>\n#endif\nint x;\n",
     "#include <a.h>\n" NEW "#ifdef _WIN32\n#include <windows.h>\n#else\n#include <u.h>\n#endif\nint x;\n"},
    {"behind a conditional when there is nothing else", "#ifdef X\n#include <x.h>\n#endif\nint x;\n",
     "#ifdef X\n#include <x.h>\n#endif\n" NEW "int x;\n"},
    {"inside a guard", "#ifndef A_H\n#define A_H\n#include <a.h>\nint x;\n#endif\n",
     "#ifndef A_H\n#define A_H\n#include <a.h>\n" NEW "int x;\n#endif\n"},
    {"inside a guard without includes", "#ifndef A_H\n#define A_H\nint x;\n#endif\n",
     "#ifndef A_H\n#define A_H\n\n" NEW "\nint x;\n#endif\n"},
    {"inside a guard below a licence", "/* Copyright */\n#ifndef A_H\n#define A_H\n\nint x;\n#endif\n",
     "/* Copyright */\n#ifndef A_H\n#define A_H\n\n" NEW "\nint x;\n#endif\n"},
    {"behind pragma once", "#pragma once\n\nint x;\n", "#pragma once\n\n" NEW "\nint x;\n"},
    {"behind feature macros", "#define _GNU_SOURCE\nint x;\n", "#define _GNU_SOURCE\n\n" NEW "\nint x;\n"},
    {"not behind a macro further down", "int x;\n#define A 1\nint y;\n",
     NEW "\nint x;\n#define A 1\nint y;\n"},
    {"not inside extern C", "#include <a.h>\nextern \"C\" {\n#include \"c.h\"\n}\n#include <b.h>\nint x;\n",
     "#include <a.h>\nextern \"C\" {\n#include \"c.h\"\n}\n#include <b.h>\n" NEW "int x;\n"},
    {"before an extern C that covers the rest",
     "#ifndef H\n#define H\n#include <a.h>\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n#include "
     "\"in.h\"\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n#endif\n",
     "#ifndef H\n#define H\n#include <a.h>\n" NEW
     "#ifdef __cplusplus\nextern \"C\" {\n#endif\n#include \"in.h\"\nint f(void);\n#ifdef "
     "__cplusplus\n}\n#endif\n#endif\n"},
    {"behind the licence", "/* Copyright 2020 Somebody\n * all of it */\nint x;\n",
     "/* Copyright 2020 Somebody\n * all of it */\n\n" NEW "\nint x;\n"},
    {"behind the licence and its blank line", "// SPDX-License-Identifier: MIT\n\nint x;\n",
     "// SPDX-License-Identifier: MIT\n\n" NEW "\nint x;\n"},
    {"before a function's own comment", "/* Adds. */\nint add(int a, int b);\n",
     NEW "\n/* Adds. */\nint add(int a, int b);\n"},
    {"at the top of a bare file", "int x;\n", NEW "\nint x;\n"},
    {"in an empty file", "", NEW},
    {"CRLF", "#include <a.h>\r\nint x;\r\n", "#include <a.h>\r\n#include <rh/spawn.h>\r\nint x;\r\n"},
    {"no newline at the end", "#include <a.h>", "#include <a.h>\n#include <rh/spawn.h>"},
    {"behind a comment that goes on", "#include <a.h> /* for\n a() */\nint x;\n",
     "#include <a.h> /* for\n a() */\n" NEW "int x;\n"},
    {"a byte order mark stays first", "\xef\xbb\xbfint x;\n", "\xef\xbb\xbf" NEW "\nint x;\n"},
    {"a byte order mark before an include", "\xef\xbb\xbf#include <a.h>\n",
     "\xef\xbb\xbf#include <a.h>\n" NEW},
    {"braces in strings are none", "const char *s = \"{\"; char c = '{';\n#include <a.h>\nint x;\n",
     "const char *s = \"{\"; char c = '{';\n#include <a.h>\n" NEW "int x;\n"},
    {"a continued directive", "#define A \\\n  1\n#include <a.h>\n",
     "#define A \\\n  1\n#include <a.h>\n" NEW},
};

static void every_case(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sources *sources = sources_create(arena);
        sources_set(sources, "/x.c", cases[i].before, strlen(cases[i].before));
        struct fix_edit edit;
        bool needed = include_edit(arena, sources_get(sources, "/x.c"), "rh/spawn.h", &edit);
        const char *after = NULL;
        if (needed)
            after = arena_printf(arena, "%.*s%s%s", (int)edit.offset, cases[i].before, edit.text,
                                 cases[i].before + edit.end_offset);
        if ((after == NULL) != (cases[i].after == NULL) || (after && strcmp(after, cases[i].after) != 0))
            fail_msg("%s:\n--- got\n%s\n--- want\n%s", cases[i].name, after ? after : "(nothing)",
                     cases[i].after ? cases[i].after : "(nothing)");
        sources_set(sources, "/y.c", after ? after : "", after ? strlen(after) : 0);
        if (after)
            assert_false(include_edit(arena, sources_get(sources, "/y.c"), "rh/spawn.h", &edit));
    }
    arena_destroy(arena);
}

/* An open comment or a backslash at the end, swallows whatever is put behind it; no compiler
 * takes such a file. */
static bool is_unfinished(struct arena *arena, const struct source *source)
{
    struct comment_list comments = {0};
    comments_find(arena, source, &comments);
    const struct comment *last = comments.items.count ? vec_last(&comments.items) : NULL;
    size_t end = source->length;
    while (end && strchr("\r\n", source->text[end - 1]))
        end--;
    return (end && source->text[end - 1] == '\\') ||
           (last && last->end == source->length && source->text[last->offset + 1] == '*');
}

/* Texts of pieces that matter, in any order: whatever comes, it is not included twice, and no bytes are lost.
 */
static void once_is_enough_for_any_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {"#include <a.h>\n",
                                         "#include \"b.h\"",
                                         "\n",
                                         "\r\n",
                                         "/* c */",
                                         "/* c\n d */\n",
                                         "// x\n",
                                         "#if X\n",
                                         "#ifndef G\n",
                                         "#define G\n",
                                         "#endif\n",
                                         "extern \"C\" {",
                                         "{",
                                         "}",
                                         "\"",
                                         "'",
                                         "\\\n",
                                         "#pragma once\n",
                                         "/* Copyright */",
                                         "int x;",
                                         " ",
                                         "\xef\xbb\xbf",
                                         "#else\n"};
    enum { PIECES = sizeof pieces / sizeof *pieces };
    unsigned seed = 7;
    for (int turn = 0; turn < 5000; turn++) {
        struct arena *arena = arena_create("test");
        struct sources *sources = sources_create(arena);
        char text[600] = "";
        for (int i = rand_r(&seed) % 20; i >= 0; i--)
            strcat(text, pieces[rand_r(&seed) % PIECES]);
        sources_set(sources, "/x.c", text, strlen(text));
        struct fix_edit edit;
        if (is_unfinished(arena, sources_get(sources, "/x.c"))) {
            arena_destroy(arena);
            continue;
        }
        if (include_edit(arena, sources_get(sources, "/x.c"), "rh/spawn.h", &edit)) {
            assert_true(edit.offset == edit.end_offset && edit.offset <= strlen(text));
            char *after =
                arena_printf(arena, "%.*s%s%s", (int)edit.offset, text, edit.text, text + edit.offset);
            sources_set(sources, "/y.c", after, strlen(after));
            if (include_edit(arena, sources_get(sources, "/y.c"), "rh/spawn.h", &edit))
                fail_msg("twice:\n--- before\n%s\n--- after\n%s", text, after);
        } else {
            fail_msg("taken for there already:\n%s", text);
        }
        arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case),
                                       cmocka_unit_test(once_is_enough_for_any_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
