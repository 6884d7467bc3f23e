#include <string.h>

#include "cli/cli.h"

int command_models(struct cli *cli)
{
    static const char *const known[] = {"check", NULL};
    if (!cli->word_count || strcmp(cli->words[0], "check"))
        return cli_unknown("kind of models command", cli->word_count ? cli->words[0] : "", known);
    if (cli->word_count == 1) {
        output_say("models check wants files to read");
        return EXIT_USAGE;
    }
    int status = EXIT_CLEAN;
    for (uint32_t i = 1; i < cli->word_count; i++) {
        struct model_set *set = model_set_create(cli->arena);
        struct err err;
        if (model_set_add_file(set, cli->words[i], true, &err)) {
            output_say("%s", err.text);
            status = EXIT_USAGE;
        } else {
            printf("%s: %u models\n", cli->words[i], model_set_count(set));
        }
    }
    return status;
}
