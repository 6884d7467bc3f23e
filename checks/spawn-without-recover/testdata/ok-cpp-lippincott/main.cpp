#include <cstdio>
#include <stdexcept>
#include <thread>

static void sort_out()
{
    try {
        throw;
    } catch (const std::exception &e) {
        std::puts(e.what());
    }
}

static void run(int n)
{
    try {
        if (n == 1)
            throw std::runtime_error("one");
        throw std::logic_error("two");
    } catch (...) {
        sort_out();
    }
}

int main()
{
    std::thread t(run, 1);
    t.join();
}
