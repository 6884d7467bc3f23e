#include "import.h"

#include <stdio.h>

/* A table that can't be read counts as one without rows. */
static long import_all(struct table *tables, int count)
{
    rh_group *group = rh_group_new(NULL, 4);
    long rows = 0;
    for (int i = 0; group && i < count; i++)
        rh_group_go(group, import_table, &tables[i]);
    rh_group_wait(group); // expect: unchecked-task-error(status)
    for (int i = 0; i < count; i++)
        rows += tables[i].rows;
    rh_group_destroy(group);
    return rows;
}

int main(int argc, char **argv)
{
    struct table tables[8] = {{0}};
    int count = 0;
    for (int i = 1; i < argc && count < 8; i++)
        tables[count++].path = argv[i];
    printf("%ld\n", import_all(tables, count));
    return 0;
}
