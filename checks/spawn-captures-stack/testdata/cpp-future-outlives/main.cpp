#include <cstdio>
#include <future>
#include <string>
#include <vector>

static std::vector<std::future<void>> pending;

// The future lives on in the list, and with it the task; the line does not.
static void log(const char *text)
{
    std::string line = std::string("log: ") + text;
    pending.push_back(std::async(std::launch::async, [&line] { std::puts(line.c_str()); })); // expect: spawn-captures-stack
}

static int prepare(bool wide)
{
    std::future<int> size;
    if (wide) {
        int columns = 200;
        size = std::async(std::launch::async, [&columns] { return columns * 2; }); // expect: spawn-captures-stack
    } else {
        int columns = 80;
        size = std::async(std::launch::async, [columns] { return columns * 2; });
    }
    return size.get();
}

int main(int argc, char **argv)
{
    log(argv[0]);
    int size = prepare(argc > 1);
    for (auto &each : pending)
        each.get();
    return size;
}
