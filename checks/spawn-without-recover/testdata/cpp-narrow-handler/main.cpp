#include <stdexcept>
#include <thread>

static void risky(int n)
{
    if (n)
        throw std::runtime_error("n");
}

static void run(int n)
{
    try {
        risky(n);
    } catch (const std::logic_error &) {
    }
}

int main()
{
    std::thread t(run, 1); // expect: spawn-without-recover(exception)
    t.join();
}
