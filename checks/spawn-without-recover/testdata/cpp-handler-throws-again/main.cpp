#include <cstdio>
#include <stdexcept>
#include <thread>

static void run()
{
    try {
        throw std::runtime_error("first");
    } catch (const std::exception &e) {
        std::puts(e.what());
        throw;
    }
}

int main()
{
    std::thread t(run); // expect: spawn-without-recover(exception)
    t.join();
}
