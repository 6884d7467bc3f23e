#include <cstdio>
#include <stdexcept>
#include <thread>

/* A handler function that sorts out what is being handled; what it does not know goes on. */
static void sort_out()
{
    try {
        throw;
    } catch (const std::runtime_error &e) {
        std::puts(e.what());
    }
}

static void run(int n)
{
    try {
        if (n == 1)
            throw std::runtime_error("known");
        throw std::logic_error("not known");
    } catch (...) {
        sort_out();
    }
}

int main()
{
    std::thread t(run, 1); // expect: spawn-without-recover(exception)
    t.join();
}
