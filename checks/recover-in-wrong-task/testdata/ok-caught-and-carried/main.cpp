#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>

static void run(std::exception_ptr &failure)
{
    try {
        throw std::runtime_error("broken");
    } catch (...) {
        failure = std::current_exception();
    }
}

int main()
{
    std::exception_ptr failure;
    std::thread worker(run, std::ref(failure));
    worker.join();
    if (failure)
        std::puts("failed");
}
