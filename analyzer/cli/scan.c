/* `scan`: some sources -> a facts file; `link`: facts files -> findings.  For build systems and sharded CI. */
#include "base/file.h"
#include "cli/cli.h"
#include "driver/shard.h"

static int write_shard(struct cli *cli, struct run *run)
{
    struct buf bytes = {0};
    struct err err;
    shard_write(&bytes, run);
    enum err_code code = file_write(cli->output, bytes.data, bytes.count, &err);
    buf_free(&bytes);
    if (!code)
        return EXIT_CLEAN;
    output_say("%s", err.text);
    return EXIT_USAGE;
}

int command_scan(struct cli *cli)
{
    if (!cli->output) {
        output_say("scan wants --output=FILE for the facts");
        return EXIT_USAGE;
    }
    struct run run;
    struct err err;
    cli->run.only_paths = true;
    enum err_code code = cli_open(cli, &run, 0, &err);
    if (!code)
        code = run_load(&run, &err);
    int status;
    if (code) {
        status = output_fail(cli, &run, &err);
    } else {
        output_end_progress(cli);
        output_notes(cli, &run);
        status = write_shard(cli, &run);
    }
    run_close(&run);
    return status;
}

int command_link(struct cli *cli)
{
    if (!cli->word_count) {
        output_say("link wants the facts files that `spawnlint scan` wrote");
        return EXIT_USAGE;
    }
    struct run run;
    struct err err;
    enum err_code code = shard_open(&run, &cli->run, cli->words, cli->word_count, cli->root, &err);
    if (!code)
        code = run_check(&run, &err);
    int status;
    if (code) {
        status = output_fail(cli, &run, &err);
    } else {
        if (!cli->fail_on_given)
            cli->fail_on = run.config.fail_on;
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
