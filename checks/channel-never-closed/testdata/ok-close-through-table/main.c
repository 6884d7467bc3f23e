#include "backend.h"

#include <string.h>

static const struct backend *choose(const char *name)
{
    return strcmp(name, "pipe") == 0 ? &pipe_backend : 0;
}

int main(int argc, char **argv)
{
    const struct backend *backend = choose(argc > 1 ? argv[1] : "pipe");
    if (!backend || backend->open())
        return 1;
    for (int i = 2; i < argc; i++)
        backend->feed(argv[i], (unsigned)strlen(argv[i]));
    backend->finish();
    return 0;
}
