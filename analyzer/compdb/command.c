#include "compdb/command.h"

#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "compdb/flags.h"
#include "compdb/notes.h"
#include "compdb/toolchain.h"

struct command_answer {
    const char *compiler, *key; /* key: the words that the answer depends on */
    enum compdb_language language;
    struct toolchain_answer answer;
    bool failed;
};

struct cleaner {
    struct command_context *context;
    const struct command *command;
    VEC(const char *) kept;
    VEC(const char *) machine;   /* -m flags */
    VEC(const char *) xclang;    /* arguments of -Xclang */
    const char *compiler, *standard, *language, *output;
    bool targeted, cxx_driver;
};

static void keep(struct cleaner *cleaner, const char *word)
{
    *vec_push(cleaner->context->arena, &cleaner->kept) = word;
}

/* ---- languages ---- */

static bool listed(const char *word, const char *list)
{
    size_t length = strlen(word);
    for (const char *at = list; length && (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

enum compdb_language command_language(const char *path)
{
    const char *extension = path_extension(path);
    if (listed(extension, "c i h"))
        return LANG_C;
    if (listed(extension, "cc cp cpp cxx c++ C CPP ii hh hp hpp hxx h++ H inl ipp tcc txx cppm ixx"))
        return LANG_CXX;
    return LANG_OTHER;
}

static enum compdb_language spoken_language(const struct cleaner *cleaner)
{
    const char *given = cleaner->language;
    if (given && strcmp(given, "none"))
        return listed(given, "c c-header cpp-output") ? LANG_C
             : listed(given, "c++ c++-header c++-cpp-output c++-user-header c++-module") ? LANG_CXX : LANG_OTHER;
    enum compdb_language language = command_language(cleaner->command->file);
    return language == LANG_C && cleaner->cxx_driver ? LANG_CXX : language;
}

/* The -std value as clang spells it, NULL when it knows none such for the language. */
static const char *known_standard(const char *value, enum compdb_language language)
{
    static const char c[] = "c89 c90 gnu89 gnu90 c99 c9x gnu99 gnu9x c11 c1x gnu11 gnu1x c17 c18 gnu17 gnu18 c2x gnu2x "
                            "iso9899:1990 iso9899:199409 iso9899:1999 iso9899:199x iso9899:2011 iso9899:2017 "
                            "iso9899:2018";
    static const char cxx[] = "c++98 c++03 gnu++98 gnu++03 c++11 c++0x gnu++11 gnu++0x c++14 c++1y gnu++14 gnu++1y "
                              "c++17 c++1z gnu++17 gnu++1z c++20 c++2a gnu++20 gnu++2a c++23 c++2b gnu++23 gnu++2b "
                              "c++26 c++2c gnu++26 gnu++2c";
    if (language == LANG_C && listed(value, "c23 c2y iso9899:2024"))
        return "c2x"; /* the spelling that libclang 17 knows too */
    if (language == LANG_C && listed(value, "gnu23 gnu2y"))
        return "gnu2x";
    return listed(value, language == LANG_CXX ? cxx : c) ? value : NULL;
}

/* ---- one flag after the other ---- */

static const char *absolute(struct cleaner *cleaner, const char *path)
{
    bool of_sysroot = path[0] == '=' || !strncmp(path, "$SYSROOT", 8);
    return of_sysroot || !*path ? path : path_join(cleaner->context->arena, cleaner->command->directory, path);
}

static const char *absolute_if_there(struct cleaner *cleaner, const char *path)
{
    const char *full = absolute(cleaner, path);
    return access(full, F_OK) ? path : full;
}

/* `spelling` and `value`, joined again in the way they came. */
static void keep_pair(struct cleaner *cleaner, const struct flag *flag, bool joined, const char *value)
{
    if (joined) {
        keep(cleaner, arena_printf(cleaner->context->arena, "%s%s", flag->spelling, value));
    } else {
        keep(cleaner, flag->spelling);
        keep(cleaner, value);
    }
}

static void take_words(struct cleaner *cleaner, const char *const *words, uint32_t count);

static void take_preprocessor_list(struct cleaner *cleaner, const char *list)
{
    struct words parts = {0};
    while (*list) {
        size_t length = strcspn(list, ",");
        *vec_push(cleaner->context->arena, &parts.list) = arena_strndup(cleaner->context->arena, list, length);
        list += length + (list[length] == ',');
    }
    take_words(cleaner, parts.list.data, parts.list.count);
}

static void note_unknown(struct cleaner *cleaner, const char *word)
{
    struct command_context *context = cleaner->context;
    note_add(context->arena, context->db, "the flag %s is not known to libclang and was dropped", word);
}

static void take_flag(struct cleaner *cleaner, const struct flag *flag, const char *word, bool joined,
                      const char *value)
{
    struct arena *arena = cleaner->context->arena;
    switch (flag->action) {
    case FLAG_KEEP:
        if (flag->form == FLAG_ALONE)
            keep(cleaner, flag->spelling);
        else
            keep_pair(cleaner, flag, joined, value);
        break;
    case FLAG_PATH:
        keep_pair(cleaner, flag, joined, absolute(cleaner, value));
        break;
    case FLAG_SEARCH:
        keep_pair(cleaner, flag, joined, absolute_if_there(cleaner, value));
        break;
    case FLAG_DROP:
        break;
    case FLAG_UNKNOWN:
        note_unknown(cleaner, word);
        break;
    case FLAG_TARGET:
        cleaner->targeted = true;
        keep_pair(cleaner, flag, joined, value);
        break;
    case FLAG_STANDARD:
        cleaner->standard = value;
        break;
    case FLAG_LANGUAGE:
        cleaner->language = value;
        break;
    case FLAG_DRIVER_MODE:
        cleaner->cxx_driver = !strcmp(value, "g++");
        break;
    case FLAG_XCLANG:
        *vec_push(arena, &cleaner->xclang) = value;
        break;
    case FLAG_PREPROCESSOR:
        take_preprocessor_list(cleaner, value);
        break;
    case FLAG_XPREPROCESSOR:
        take_words(cleaner, &value, 1);
        break;
    case FLAG_PLAN9:
        keep(cleaner, "-fms-extensions");
        break;
    case FLAG_OPENMP:
        keep(cleaner, "-D_OPENMP=201511");
        keep(cleaner, "-pthread");
        break;
    case FLAG_MACHINE:
        *vec_push(arena, &cleaner->machine) = word;
        break;
    case FLAG_OUTPUT:
        cleaner->output = value;
        break;
    }
}

/* Words that are no flags are sources, objects or libraries: the job knows its file. */
static void take_words(struct cleaner *cleaner, const char *const *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *word = words[i];
        if (word[0] != '-' || !word[1])
            continue;
        if (!strcmp(word, "--"))
            return;
        const struct flag *flag = flag_find(word);
        if (!flag) {
            note_unknown(cleaner, word);
            continue;
        }
        bool next = flag_takes_next(flag, word);
        if (next && i + 1 == count)
            return;
        take_flag(cleaner, flag, word, !next, next ? words[++i] : word + strlen(flag->spelling));
    }
}

/* CMake's precompiled headers for clang: `-Xclang -include -Xclang cmake_pch.h`. */
static void take_xclang(struct cleaner *cleaner)
{
    for (uint32_t i = 0; i + 1 < cleaner->xclang.count; i++)
        if (!strcmp(cleaner->xclang.data[i], "-include")) {
            keep(cleaner, "-include");
            keep(cleaner, absolute_if_there(cleaner, cleaner->xclang.data[++i]));
        }
}

static void take_standard(struct cleaner *cleaner, enum compdb_language language)
{
    if (!cleaner->standard)
        return;
    struct command_context *context = cleaner->context;
    const char *standard = known_standard(cleaner->standard, language);
    if (standard)
        keep(cleaner, arena_printf(context->arena, "-std=%s", standard));
    else
        note_add(context->arena, context->db, "-std=%s is not a standard of %s that libclang knows and was dropped",
                 cleaner->standard, language == LANG_CXX ? "C++" : "C");
}

/* ---- other machines' compilers, and those that may be asked ---- */

/* The words that change a driver's answer. */
static void relevant_words(struct cleaner *cleaner, struct words *out)
{
    struct arena *arena = cleaner->context->arena;
    for (uint32_t i = 0; i < cleaner->kept.count; i++)
        if (!strncmp(cleaner->kept.data[i], "--sysroot", 9) || !strncmp(cleaner->kept.data[i], "-stdlib", 7) ||
            !strncmp(cleaner->kept.data[i], "-nostdinc", 9))
            *vec_push(arena, &out->list) = cleaner->kept.data[i];
    vec_append(arena, &out->list, cleaner->machine.data, cleaner->machine.count);
}

static const struct command_answer *ask(struct cleaner *cleaner, enum compdb_language language)
{
    struct command_context *context = cleaner->context;
    struct words relevant = {0};
    relevant_words(cleaner, &relevant);
    const char *key = "";
    for (uint32_t i = 0; i < relevant.list.count; i++)
        key = arena_printf(context->arena, "%s %s", key, relevant.list.data[i]);
    for (uint32_t i = 0; i < context->answers.count; i++) {
        struct command_answer *old = &context->answers.data[i];
        if (!strcmp(old->compiler, cleaner->compiler) && !strcmp(old->key, key) && old->language == language)
            return old;
    }
    struct command_answer *new = vec_push(context->arena, &context->answers);
    *new = (struct command_answer){.compiler = cleaner->compiler, .key = key, .language = language};
    struct err err;
    new->failed = toolchain_query(context->arena, cleaner->compiler, relevant.list.data, relevant.list.count, language,
                                  &new->answer, &err) != ERR_NONE;
    if (new->failed)
        note_add(context->arena, context->db, "%s", err.text);
    return new;
}

static void keep_answer(struct cleaner *cleaner, const struct toolchain_answer *answer)
{
    if (answer->target && !cleaner->targeted)
        keep(cleaner, arena_printf(cleaner->context->arena, "--target=%s", answer->target));
    for (uint32_t i = 0; i < answer->includes.count; i++) {
        keep(cleaner, "-isystem");
        keep(cleaner, answer->includes.data[i]);
    }
}

static void take_machine(struct cleaner *cleaner, enum compdb_language language)
{
    struct command_context *context = cleaner->context;
    const char *glob = context->options->query_driver;
    bool may_ask = glob && cleaner->compiler[0] == '/' && !fnmatch(glob, cleaner->compiler, 0);
    const struct command_answer *answer = may_ask ? ask(cleaner, language) : NULL;
    const char *cross = toolchain_cross_triple(context->arena, cleaner->compiler);
    if (answer && !answer->failed)
        keep_answer(cleaner, &answer->answer);
    else if (cross && !cleaner->targeted) {
        note_add(context->arena, context->db,
                 "%s compiles for %s: its commands are read as this machine's until --query-driver=%s lets it be asked "
                 "for its target and include paths",
                 cleaner->compiler, cross, cleaner->compiler);
        cleaner->machine.count = 0;
    }
    for (uint32_t i = 0; i < cleaner->machine.count; i++)
        keep(cleaner, cleaner->machine.data[i]);
}

/* ---- the whole ---- */

/* What gcc takes with a warning, clang as an Error; and what keeps the tree whole and the parse quiet. */
static void keep_own_flags(struct cleaner *cleaner)
{
    static const char *const own[] = {
        "-w", "-ferror-limit=0", "-fno-spell-checking", "-Qunused-arguments", "-U_FORTIFY_SOURCE",
        "-Wno-error=implicit-function-declaration", "-Wno-error=implicit-int", "-Wno-error=int-conversion",
        "-Wno-error=incompatible-function-pointer-types", "-Wno-error=return-type", "-Wno-error=return-mismatch",
        "-Wno-error=c++11-narrowing", "-Wno-error=register", "-Wno-error=reserved-user-defined-literal",
        "-Wno-error=enum-constexpr-conversion",
    };
    const struct compdb_options *options = cleaner->context->options;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        keep(cleaner, own[i]);
    if (cleaner->context->resource_dir) {
        keep(cleaner, "-resource-dir");
        keep(cleaner, cleaner->context->resource_dir);
    }
    for (uint32_t i = 0; i < options->extra_arg_count; i++)
        keep(cleaner, options->extra_args[i]);
}

static bool expand_words(struct cleaner *cleaner, struct words *words, struct err *err)
{
    struct command_context *context = cleaner->context;
    struct words missing = {0};
    if (!words_expand(context->arena, cleaner->command->directory, &cleaner->command->words, words, &missing, err))
        return false;
    for (uint32_t i = 0; i < missing.list.count; i++)
        note_add(context->arena, context->db, "the response file @%s of the command for %s can't be read and was left out",
                 missing.list.data[i], cleaner->command->file);
    return true;
}

static bool skip(struct cleaner *cleaner, const char *why)
{
    struct command_context *context = cleaner->context;
    note_add(context->arena, context->db, "%s was left out: %s", cleaner->command->file, why);
    return false;
}

bool command_clean(struct command_context *context, const struct command *command, struct compdb_job *job,
                   struct err *err)
{
    struct cleaner cleaner = {.context = context, .command = command};
    struct words words = {0};
    if (!expand_words(&cleaner, &words, err))
        return false;
    if (!words.list.count) {
        err_set(err, ERR_INPUT, "its command is empty");
        return false;
    }
    uint32_t at = toolchain_find_compiler(words.list.data, words.list.count);
    cleaner.compiler = words.list.data[at];
    if (toolchain_is_msvc(cleaner.compiler))
        return skip(&cleaner, "commands of Microsoft's cl are not read");
    cleaner.cxx_driver = toolchain_is_cxx(cleaner.compiler);
    keep(&cleaner, cleaner.compiler);
    take_words(&cleaner, words.list.data + at + 1, words.list.count - at - 1);
    enum compdb_language language = spoken_language(&cleaner);
    if (language == LANG_OTHER)
        return skip(&cleaner, "it is neither C nor C++");
    take_xclang(&cleaner);
    take_standard(&cleaner, language);
    take_machine(&cleaner, language);
    keep_own_flags(&cleaner);
    keep(&cleaner, language == LANG_CXX ? "-xc++" : "-xc");
    const char *real = path_real(context->arena, command->file);
    *job = (struct compdb_job){.directory = command->directory, .file = command->file,
                               .real_path = real ? real : command->file,
                               .output = command->output ? command->output : cleaner.output, .language = language,
                               .args = cleaner.kept.data, .arg_count = cleaner.kept.count};
    job->group = job->output ? command_group(context->arena, job->output) : NULL;
    return true;
}

const char *command_group(struct arena *arena, const char *output)
{
    for (const char *at = output; *at;) {
        size_t length = strcspn(at, "/");
        const char *part = arena_strndup(arena, at, length);
        const char *rest = at + length + (at[length] == '/');
        const char *extension = path_extension(part);
        if (!*rest)
            return NULL;
        if (!strcmp(extension, "dir") || !strcmp(extension, "p"))
            return arena_strndup(arena, part, (size_t)(extension - part) - 1);
        if (!strcmp(part, "_objs"))
            return strchr(rest, '/') ? arena_strndup(arena, rest, strcspn(rest, "/")) : NULL;
        at = rest;
    }
    return NULL;
}
