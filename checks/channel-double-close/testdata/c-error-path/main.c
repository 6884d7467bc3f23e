#include <stdio.h>

static int save(const char *path)
{
    FILE *file = fopen(path, "w");
    int failed = -1;
    if (!file)
        return -1;
    if (fputs("x", file) < 0) {
        fclose(file);
        goto out;
    }
    failed = 0;
out:
    fclose(file); // expect: channel-double-close
    return failed;
}

int main(int argc, char **argv)
{
    return save(argv[argc - 1]);
}
