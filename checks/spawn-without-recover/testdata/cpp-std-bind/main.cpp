#include <functional>
#include <stdexcept>
#include <thread>

static void handle(int n)
{
    if (n)
        throw std::runtime_error("n");
}

int main()
{
    auto bound = std::bind(handle, 1);
    std::thread t(bound); // expect: spawn-without-recover(exception)
    t.join();
    std::function<void()> f = [] { handle(2); };
    std::thread u(std::ref(f)); // expect: spawn-without-recover(exception)
    u.join();
}
