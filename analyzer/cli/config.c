#include <string.h>

#include "base/path.h"
#include "cli/cli.h"
#include "driver/config.h"

/* The directory that a run would look for a configuration from. */
static const char *start_directory(struct cli *cli)
{
    struct compdb db;
    struct err err;
    const char *path = cli->run.build ? cli->run.build : compdb_find(cli->arena, ".", &err);
    if (path && !compdb_load(cli->arena, path, NULL, &db, &err))
        return db.root;
    return path_here(cli->arena);
}

int command_config(struct cli *cli)
{
    static const char *const known[] = {"show", "verify", NULL};
    const char *word = cli->word_count ? cli->words[0] : "show";
    if (strcmp(word, "show") && strcmp(word, "verify"))
        return cli_unknown("kind of config command", word, known);
    struct config config;
    struct err err;
    if (config_load(cli->arena, start_directory(cli), cli->run.config, &config, &err)) {
        output_say("%s", err.text);
        return EXIT_USAGE;
    }
    if (word[0] == 'v') {
        for (uint32_t i = 0; i < config.files.count; i++)
            printf("%s: good\n", config.files.data[i]);
        if (!config.files.count)
            puts("there is no .spawnlint.yaml: the defaults hold");
        return EXIT_CLEAN;
    }
    struct buf text = {0};
    config_print(&text, &config);
    return output_buf(&text) ? EXIT_CLEAN : EXIT_USAGE;
}
