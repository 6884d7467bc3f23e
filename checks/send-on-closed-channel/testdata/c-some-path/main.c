#include <stdio.h>
#include <stdlib.h>

static int save(const char *path, int n)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return -1;
    if (n < 0) {
        fclose(file);
        n = 0;
    }
    fprintf(file, "%d\n", n); // expect: send-on-closed-channel
    return n;
}

int main(int argc, char **argv)
{
    return save(argv[0], argc - 2);
}
