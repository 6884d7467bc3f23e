#include <string.h>

#include "cli/cli.h"

/* What the file declares; false (and said) when nobody takes it. */
static bool print_file(const char *path, const struct model_set *set)
{
    struct buf out = {0};
    buf_printf(&out, "%s: %u models\n", path, model_set_count(set));
    for (uint32_t i = 0; i < model_set_count(set); i++) {
        buf_text(&out, "  ");
        model_print(&out, model_set_at(set, i));
        buf_char(&out, '\n');
    }
    return output_buf(&out);
}

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
        } else if (!print_file(cli->words[i], set)) {
            status = EXIT_USAGE;
        }
    }
    return status;
}
