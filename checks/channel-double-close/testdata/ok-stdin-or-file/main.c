/* Reduced from a configuration reader. */
#include <stdio.h>
#include <string.h>

static int load(const char *path)
{
    FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
    int c = file ? getc(file) : -1;
    if (file && file != stdin)
        fclose(file);
    return c;
}

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 1; i < argc; i++)
        sum += load(argv[i]);
    fclose(stdin);
    return sum;
}
