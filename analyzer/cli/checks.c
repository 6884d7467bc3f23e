#include "cli/cli.h"
#include "finding/order.h"

int command_checks(struct cli *cli)
{
    (void)cli;
    for (const struct check *const *check = check_table; *check; check++)
        printf("%-28s %-8s %s%s\n", (*check)->id, severity_name((*check)->severity), (*check)->title,
               (*check)->flags & CHECK_OFF_BY_DEFAULT ? " (off by default)" : "");
    return EXIT_CLEAN;
}
