#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "driver/worker.h"

const struct cli_command cli_commands[] = {
#define COMMAND(name, function, arguments, summary) {name, arguments, summary, command_##function},
#include "cli/commands.def"
#undef COMMAND
    {NULL, NULL, NULL, NULL}};

static void print_usage(FILE *out)
{
    fputs("spawnlint finds async spawns that will take a C or C++ service down\n\nusage: spawnlint COMMAND ...\n\n", out);
    for (const struct cli_command *command = cli_commands; command->name; command++)
        fprintf(out, "  %-10s %s\n", command->name, command->summary);
    fputs("\n`spawnlint COMMAND --help` tells more; start with `spawnlint check -p BUILD_DIRECTORY`\n", out);
}

static const struct cli_command *find_command(const char *name)
{
    for (const struct cli_command *command = cli_commands; command->name; command++)
        if (!strcmp(command->name, name))
            return command;
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *known[32];
    uint32_t count = 0;
    for (const struct cli_command *command = cli_commands; command->name; command++)
        known[count++] = command->name;
    known[count] = NULL;
    return cli_unknown("command", name, known);
}

static int run_command(int argc, char **argv)
{
    struct cli cli = {.arena = arena_create("cli"), .command = find_command(argv[1])};
    if (!cli.command) {
        arena_destroy(cli.arena);
        return unknown_command(argv[1]);
    }
    int status = options_parse(&cli, argc - 1, argv + 1);
    if (status < 0)
        status = cli.command->run(&cli);
    arena_destroy(cli.arena);
    return status;
}

/* Buffered output that the disk or a closed pipe did not take must not look like success. */
static int flush(int status)
{
    return fflush(stdout) && status == EXIT_CLEAN ? EXIT_USAGE : status;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--worker"))
        return worker_main(STDIN_FILENO, STDOUT_FILENO);
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_usage(stdout);
        return flush(EXIT_CLEAN);
    }
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        puts("spawnlint " SPAWNLINT_VERSION);
        return flush(EXIT_CLEAN);
    }
    return flush(run_command(argc, argv));
}
