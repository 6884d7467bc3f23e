// A field that stands for stdout until a file is opened: the flag beside it says which it is. What is closed by its own
// name is closed.
#include <stdbool.h>
#include <stdio.h>

struct output {
    FILE *stream;
    bool is_opened;
};

static void output_choose(struct output *output, const char *path)
{
    output->stream = stdout;
    if (path) {
        FILE *file = fopen(path, "w");
        if (!file)
            return;
        output->stream = file;
        output->is_opened = true;
    }
}

static void output_end(struct output *output)
{
    if (output->is_opened && output->stream)
        fclose(output->stream);
}

void transfer(struct output *first, struct output *second, const char *path)
{
    output_choose(first, path);
    fputs("first", first->stream);
    output_end(first);
    output_choose(second, NULL);
    fputs("second", second->stream);
    output_end(second);
    fputc('\n', stdout);
}

void leave(void)
{
    fclose(stdout);
    fclose(stdout); // expect: channel-double-close
}

int main(int argc, char **argv)
{
    struct output outputs[2] = {0};
    transfer(&outputs[0], &outputs[1], argc > 1 ? argv[1] : NULL);
    leave();
}
