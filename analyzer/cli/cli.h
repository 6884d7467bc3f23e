/* The command line: a table of commands, one file per command; the only place that prints and exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "driver/run.h"

/* Exit statuses; DESIGN.md, "Exit status". A signal's is 128 + its number, as a shell would say it. */
enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_INCOMPLETE = 3 };

struct cli_format {
    const struct report_format *format;
    const char *file; /* NULL: standard output */
};

struct cli {
    struct arena *arena;
    const struct cli_command *command;
    const char *const *words; /* behind the command, without options and without what follows `--` */
    uint32_t word_count;
    struct run_options run;
    VEC(const char *) checks;
    VEC(struct cli_format) formats;
    enum fail_on fail_on;
    bool fail_on_given, allow_incomplete, verbose, quiet, timings, dry_run, color, github_profile;
    double max_partial;
    const char *export_fixes, *stage, *output, *root;
};

struct cli_command {
    const char *name, *arguments, *summary;
    int (*run)(struct cli *cli);
};

#define COMMAND(name, function, arguments, summary) int command_##function(struct cli *cli);
#include "cli/commands.def"
#undef COMMAND

/* NULL-terminated by a NULL name. */
extern const struct cli_command cli_commands[];

/* ---- options.c ---- */

/* Fills `cli` from argv behind the command; returns -1, or the status to exit with at once (help, an error). */
int options_parse(struct cli *cli, int argc, char **argv);
void options_print_help(FILE *out, const struct cli_command *command);

/* ---- output.c ---- */

/* "spawnlint: sentence" on standard error. */
void output_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says the error; its exit status. */
int output_fail(const struct cli *cli, const struct run *run, const struct err *err);
void output_notes(const struct cli *cli, const struct run *run);
/* With --timings: CPU by stage, one line on standard error. */
void output_timings(const struct cli *cli, const struct run *run);
/* All bytes to standard output; false (and said) when it does not take them. */
bool output_write(const char *bytes, size_t count);
bool output_buf(struct buf *buf);
void output_progress(void *context, uint32_t done, uint32_t total, const char *path);
void output_end_progress(const struct cli *cli);
/* Every --format; EXIT_CLEAN or EXIT_USAGE when something could not be written. */
int output_reports(const struct cli *cli, const struct run *run);

/* ---- shared by commands ---- */

/* "unknown X; did you mean Y?"; EXIT_USAGE. */
int cli_unknown(const char *what, const char *word, const char *const *known);
/* run_open, and the words that are left as paths. */
enum err_code cli_open(struct cli *cli, struct run *run, uint32_t first_word, struct err *err);

#endif
