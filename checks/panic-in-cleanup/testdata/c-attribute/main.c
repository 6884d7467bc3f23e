#include <stdio.h>
#include <stdlib.h>

static void close_file(FILE **file)
{
    if (*file && fclose(*file))
        exit(2);
}

int main(int argc, char **argv)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(argv[argc - 1], "r"); // expect: panic-in-cleanup
    return file ? fgetc(file) : -1;
}
