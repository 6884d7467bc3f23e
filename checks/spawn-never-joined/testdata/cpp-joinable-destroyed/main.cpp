#include <cstdio>
#include <thread>

static int run(const char *path)
{
    std::thread worker([] { std::puts("working"); }); // expect: spawn-never-joined
    std::FILE *file = std::fopen(path, "r");
    if (!file)
        return -1;
    worker.join();
    return std::fclose(file);
}

int main(int argc, char **argv)
{
    return run(argv[argc - 1]);
}
