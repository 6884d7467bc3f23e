#include <cstdio>
#include <stdexcept>
#include <thread>

static void check(int n)
{
    if (n > 3)
        throw std::invalid_argument("too many");
}

static void run(int n)
{
    std::thread worker([] { std::puts("working"); }); // expect: spawn-never-joined
    check(n);
    worker.join();
}

int main(int argc, char **)
{
    try {
        run(argc);
    } catch (const std::exception &error) {
        std::puts(error.what());
    }
}
