#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>

static void report()
{
    if (std::exception_ptr error = std::current_exception()) // expect: recover-in-wrong-task
        std::puts("failed");
}

static void run()
{
    throw std::runtime_error("broken");
}

int main()
{
    try {
        run();
    } catch (...) {
        std::thread reporter(report);
        reporter.join();
    }
}
