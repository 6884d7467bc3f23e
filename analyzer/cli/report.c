#include <string.h>

#include "cli/cli.h"

int command_report(struct cli *cli)
{
    static const char *const known[] = {"map", NULL};
    if (!cli->word_count || strcmp(cli->words[0], "map"))
        return cli_unknown("report", cli->word_count ? cli->words[0] : "", known);
    struct run run;
    struct err err;
    enum err_code code = cli_open(cli, &run, 1, &err);
    if (!code)
        code = run_build(&run, &err);
    int status = EXIT_CLEAN;
    if (code) {
        status = output_fail(cli, &run, &err);
    } else {
        struct buf text = {0};
        output_end_progress(cli);
        program_print_spawns(&text, run.program);
        output_notes(cli, &run);
        status = output_buf(&text) ? EXIT_CLEAN : EXIT_USAGE;
    }
    run_close(&run);
    return status;
}
