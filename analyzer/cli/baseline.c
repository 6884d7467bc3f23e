#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/cli.h"
#include "finding/baseline.h"

#define DEFAULT_NAME ".spawnlint-baseline.json"

static int show(struct cli *cli, const char *path)
{
    struct baseline baseline;
    struct err err;
    if (baseline_load(cli->arena, path, &baseline, &err)) {
        output_say("%s", err.text);
        return EXIT_USAGE;
    }
    for (uint32_t i = 0; i < baseline.entries.count; i++) {
        const struct baseline_entry *entry = &baseline.entries.data[i];
        printf("%s: %s: %s\n", entry->path, entry->check, entry->message);
    }
    return EXIT_CLEAN;
}

static int write_baseline(struct cli *cli, struct run *run, const char *path, bool update)
{
    struct baseline previous, made = {0};
    struct err err;
    if (update && baseline_load(cli->arena, path, &previous, &err)) {
        output_say("%s", err.text);
        return EXIT_USAGE;
    }
    baseline_make(cli->arena, &run->findings, run->db.root, update ? &previous : NULL, &made);
    struct buf text = {0};
    baseline_write(&text, &made);
    enum err_code code = file_write(path, text.data, text.count, &err);
    buf_free(&text);
    if (code) {
        output_say("%s", err.text);
        return EXIT_USAGE;
    }
    if (!cli->quiet)
        output_say("%s holds %u findings", path, made.entries.count);
    return EXIT_CLEAN;
}

int command_baseline(struct cli *cli)
{
    static const char *const known[] = {"create", "update", "show", NULL};
    const char *word = cli->word_count ? cli->words[0] : "";
    if (strcmp(word, "create") && strcmp(word, "update") && strcmp(word, "show"))
        return cli_unknown("kind of baseline command", word, known);
    const char *given = cli->run.baseline;
    if (word[0] == 's' && given)
        return show(cli, given);
    struct run run;
    struct err err;
    cli->run.baseline = NULL;
    cli->run.no_baseline = true; /* a missing file is no error here: it is made */
    enum err_code code = cli_open(cli, &run, 1, &err);
    const char *path = given ? given : run.configured_baseline;
    if (!path && !code)
        path = path_join(cli->arena, run.db.root, DEFAULT_NAME);
    if (!code && word[0] != 's')
        code = run_check(&run, &err);
    int status;
    if (code)
        status = output_fail(cli, &run, &err);
    else if (word[0] == 's')
        status = show(cli, path);
    else {
        output_end_progress(cli);
        output_notes(cli, &run);
        status = write_baseline(cli, &run, path, word[0] == 'u');
    }
    run_close(&run);
    return status;
}
