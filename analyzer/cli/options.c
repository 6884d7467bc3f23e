#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "facts/name.h"

enum command_id {
#define COMMAND(name, function, arguments, summary) ID_##function,
#include "cli/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

enum option_id {
    OPTION_FIRST = 1000,
#define OPTION(ID, letter, name, argument, commands, help) OPTION_##ID,
#include "cli/options.def"
#undef OPTION
    OPTION_END
};

#define C(function) (1u << ID_##function)
static const struct option_row {
    enum option_id id;
    char letter;
    const char *name, *argument;
    uint32_t commands;
    const char *help;
} rows[] = {
#define OPTION(ID, letter, name, argument, commands, help) {OPTION_##ID, letter, name, argument, commands, help},
#include "cli/options.def"
#undef OPTION
};
#define ROW_COUNT (sizeof rows / sizeof *rows)

static uint32_t command_bit(const struct cli_command *command)
{
    return 1u << (command - cli_commands);
}

/* ---- help ---- */

void options_print_help(FILE *out, const struct cli_command *command)
{
    fprintf(out, "spawnlint %s %s\n%s\n\n", command->name, command->arguments, command->summary);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[80], letter[8] = "    ";
        if (!(rows[i].commands & command_bit(command)))
            continue;
        if (rows[i].letter)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, rows[i].name, rows[i].argument ? "=" : "",
                 rows[i].argument ? rows[i].argument : "");
        fprintf(out, "  %-32s %s\n", left, rows[i].help);
    }
    if (!strcmp(command->name, "check") || !strcmp(command->name, "link")) {
        fputs("\nformats:\n", out);
        for (const struct report_format *format = report_formats(); format->name; format++)
            fprintf(out, "  %-14s %s\n", format->name, format->title);
        fputs("\nexit status:\n"
              "  0  nothing at or above --fail-on\n"
              "  1  findings\n"
              "  2  the command line, the configuration or the database is wrong\n"
              "  3  no findings, but some files could not be analysed\n"
              "  130, 143  interrupted; what was parsed is kept\n", out);
    }
}

/* ---- values ---- */

static int refuse_value(const char *option, const char *value, const char *wanted)
{
    output_say("--%s wants %s, not \"%s\"", option, wanted, value);
    return EXIT_USAGE;
}

static bool parse_number(const char *text, double low, double high, double *out)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    return !errno && end != text && !*end && *out >= low && *out <= high;
}

static int take_format(struct cli *cli, const char *value)
{
    const char *equals = strchr(value, '=');
    const char *name = equals ? arena_strndup(cli->arena, value, (size_t)(equals - value)) : value;
    const struct report_format *format = report_find_format(name);
    if (!format) {
        VEC(const char *) known = {0};
        for (const struct report_format *each = report_formats(); each->name; each++)
            *vec_push(cli->arena, &known) = each->name;
        *vec_push(cli->arena, &known) = NULL;
        return cli_unknown("format", name, known.data);
    }
    if (equals && !equals[1])
        return refuse_value("format", value, "a file behind the =");
    *vec_push(cli->arena, &cli->formats) = (struct cli_format){format, equals ? equals + 1 : NULL};
    return -1;
}

static int take_color(struct cli *cli, const char *value)
{
    if (!strcmp(value, "always") || !strcmp(value, "never"))
        cli->color = value[0] == 'a';
    else if (strcmp(value, "auto"))
        return refuse_value("color", value, "auto, always or never");
    return -1;
}

static int take_numbers(struct cli *cli, const struct option_row *row, const char *value)
{
    double number;
    if (row->id == OPTION_MAX_PARTIAL) {
        if (!parse_number(value, 0, 100, &cli->max_partial))
            return refuse_value(row->name, value, "a percentage");
    } else if (row->id == OPTION_JOBS) {
        if (!parse_number(value, 1, 1024, &number) || number != (uint32_t)number)
            return refuse_value(row->name, value, "a number from 1 to 1024");
        cli->run.workers = (uint32_t)number;
    } else {
        if (!parse_number(value, 0.1, 1e6, &number))
            return refuse_value(row->name, value, "a number of seconds");
        cli->run.timeout_ms = (uint32_t)(number * 1000);
    }
    return -1;
}

static int take_option(struct cli *cli, const struct option_row *row, const char *value)
{
    struct run_options *run = &cli->run;
    switch (row->id) {
    case OPTION_BUILD: run->build = value; break;
    case OPTION_CONFIG: run->config = value; break;
    case OPTION_CHECKS: *vec_push(cli->arena, &cli->checks) = value; break;
    case OPTION_STRICT: run->strict = true; break;
    case OPTION_FORMAT: return take_format(cli, value);
    case OPTION_PROFILE:
        cli->github_profile = !strcmp(value, "github");
        return cli->github_profile ? -1 : refuse_value(row->name, value, "github");
    case OPTION_FAIL_ON:
        cli->fail_on_given = fail_on_parse(value, &cli->fail_on);
        return cli->fail_on_given ? -1 : refuse_value(row->name, value, "error, warning, note or never");
    case OPTION_ALLOW_INCOMPLETE: cli->allow_incomplete = true; break;
    case OPTION_MAX_PARTIAL:
    case OPTION_JOBS:
    case OPTION_TIMEOUT: return take_numbers(cli, row, value);
    case OPTION_BASELINE: run->baseline = value; break;
    case OPTION_NO_BASELINE: run->no_baseline = true; break;
    case OPTION_UNUSED: run->report_unused = true; break;
    case OPTION_STORE: run->store = value; break;
    case OPTION_NO_STORE: run->no_store = true; break;
    case OPTION_QUERY_DRIVER: run->query_driver = value; break;
    case OPTION_DRY_RUN: cli->dry_run = true; break;
    case OPTION_EXPORT_FIXES: cli->export_fixes = value; break;
    case OPTION_STAGE: cli->stage = value; break;
    case OPTION_RECONCILE: run->reconcile = true; break;
    case OPTION_OUTPUT: cli->output = value; break;
    case OPTION_ROOT: cli->root = value; break;
    case OPTION_COLOR: return take_color(cli, value);
    case OPTION_TIMINGS: cli->timings = true; break;
    case OPTION_VERBOSE: cli->verbose = true; break;
    case OPTION_QUIET: cli->quiet = true; break;
    case OPTION_HELP: options_print_help(stdout, cli->command); return EXIT_CLEAN;
    case OPTION_VERSION: puts("spawnlint " SPAWNLINT_VERSION); return EXIT_CLEAN;
    case OPTION_FIRST:
    case OPTION_END: break;
    }
    return -1;
}

/* ---- parsing, by getopt_long ---- */

static void make_tables(const struct cli_command *command, struct option *longs, char *shorts)
{
    size_t count = 0, used = 0;
    shorts[used++] = ':';
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!(rows[i].commands & command_bit(command)))
            continue;
        longs[count++] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, rows[i].id};
        if (rows[i].letter) {
            shorts[used++] = rows[i].letter;
            if (rows[i].argument)
                shorts[used++] = ':';
        }
    }
    shorts[used] = 0;
    longs[count] = (struct option){0};
}

static const struct option_row *find_row(int got)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((int)rows[i].id == got || (rows[i].letter && rows[i].letter == got))
            return &rows[i];
    BUG("getopt gave %d", got);
}

static const char *commands_of(struct arena *arena, uint32_t commands)
{
    const char *text = "";
    for (uint32_t i = 0; cli_commands[i].name; i++)
        if (commands >> i & 1)
            text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", cli_commands[i].name);
    return text;
}

static int refuse_option(struct cli *cli, const char *word)
{
    const char *name = arena_strndup(cli->arena, word + strspn(word, "-"), strcspn(word + strspn(word, "-"), "="));
    VEC(const char *) known = {0};
    for (size_t i = 0; i < ROW_COUNT; i++) {
        bool same = !strcmp(rows[i].name, name) || (rows[i].letter == name[0] && !name[1]);
        if (same && !(rows[i].commands & command_bit(cli->command))) {
            output_say("`spawnlint %s` has no option %s; %s has", cli->command->name, word,
                       commands_of(cli->arena, rows[i].commands));
            return EXIT_USAGE;
        }
        if (rows[i].commands & command_bit(cli->command))
            *vec_push(cli->arena, &known) = rows[i].name;
    }
    *vec_push(cli->arena, &known) = NULL;
    const char *nearest = name_nearest(name, known.data);
    if (nearest)
        output_say("`spawnlint %s` has no option %s; did you mean --%s?", cli->command->name, word, nearest);
    else
        output_say("`spawnlint %s` has no option %s; `spawnlint %s --help` lists them", cli->command->name, word,
                   cli->command->name);
    return EXIT_USAGE;
}

/* What stands behind `--` is the compiler's. */
static int cut_flags(struct cli *cli, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--")) {
            cli->run.fixed = true;
            cli->run.flags = (const char *const *)argv + i + 1;
            cli->run.flag_count = (uint32_t)(argc - i - 1);
            return i;
        }
    return argc;
}

static void set_defaults(struct cli *cli)
{
    const char *term = getenv("TERM");
    cli->max_partial = 10;
    cli->color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term && strcmp(term, "dumb");
}

int options_parse(struct cli *cli, int argc, char **argv)
{
    struct option longs[ROW_COUNT + 1];
    char shorts[2 * ROW_COUNT + 2];
    set_defaults(cli);
    make_tables(cli->command, longs, shorts);
    argc = cut_flags(cli, argc, argv);
    opterr = 0;
    optind = 1;
    for (int got; (got = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        const char *word = argv[optind - 1];
        if (got == ':') {
            output_say("%s wants a value", word);
            return EXIT_USAGE;
        }
        if (got == '?')
            return refuse_option(cli, optopt && optopt < 256 && word[1] != '-' ? arena_printf(cli->arena, "-%c", optopt) : word);
        int status = take_option(cli, find_row(got), optarg);
        if (status >= 0)
            return status;
    }
    cli->words = (const char *const *)argv + optind;
    cli->word_count = (uint32_t)(argc - optind);
    cli->run.checks = cli->checks.data;
    cli->run.check_count = cli->checks.count;
    return -1;
}
