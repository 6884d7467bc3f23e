#include <stdexcept>
#include <thread>

static void deep()
{
    throw std::runtime_error("deep");
}

static void middle() noexcept
{
    deep();
}

static void run()
{
    try {
        middle();
    } catch (...) {
    }
}

int main()
{
    std::thread t(run); // expect: spawn-without-recover(exception)
    t.join();
}
