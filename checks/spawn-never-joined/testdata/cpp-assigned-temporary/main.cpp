#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

static void work(int id)
{
    std::printf("%d\n", id);
}

// The handle is there before the thread; the early return finds it running.
static int import(const char *path)
{
    std::thread reader;
    std::FILE *file = std::fopen(path, "r");
    reader = std::thread(work, 1); // expect: spawn-never-joined
    if (!file)
        return -1;
    reader.join();
    return std::fclose(file);
}

// Each turn assigns to the handle of the last one.
static void restart(int turns)
{
    std::thread worker;
    for (int i = 0; i < turns; i++)
        worker = std::thread(work, i); // expect: spawn-never-joined
    if (worker.joinable())
        worker.join();
}

static void restart_properly(int turns)
{
    std::thread worker;
    for (int i = 0; i < turns; i++) {
        if (worker.joinable())
            worker.join();
        worker = std::thread(work, i);
    }
    if (worker.joinable())
        worker.join();
}

int main(int argc, char **argv)
{
    restart(argc);
    restart_properly(argc);
    return import(argv[argc - 1]);
}
