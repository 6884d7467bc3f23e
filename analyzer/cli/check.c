#include "cli/cli.h"

int command_check(struct cli *cli)
{
    struct run run;
    struct err err;
    enum err_code code = cli_open(cli, &run, 0, &err);
    if (!code)
        code = run_check(&run, &err);
    int status;
    if (code) {
        status = output_fail(cli, &run, &err);
    } else {
        output_end_progress(cli);
        run_fill_report(&run, cli->max_partial);
        output_notes(cli, &run);
        status = output_reports(cli, &run);
        cost_charge(&run.cost, COST_FINISH);
        output_timings(cli, &run);
        if (status == EXIT_CLEAN)
            status = run_exit_status(&run, cli->fail_on, cli->allow_incomplete, cli->max_partial);
    }
    run_close(&run);
    return status;
}
