#include "cli/cli.h"

int command_explain(struct cli *cli)
{
    if (cli->word_count != 1) {
        output_say("explain wants one check; `spawnlint checks` lists them");
        return EXIT_USAGE;
    }
    const struct check *check = check_find(cli->words[0]);
    if (check) {
        fputs(check->doc, stdout);
        return EXIT_CLEAN;
    }
    VEC(const char *) known = {0};
    for (const struct check *const *each = check_table; *each; each++)
        *vec_push(cli->arena, &known) = (*each)->id;
    *vec_push(cli->arena, &known) = NULL;
    return cli_unknown("check", cli->words[0], known.data);
}
