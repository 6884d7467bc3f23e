#include <cstdio>
#include <stdexcept>
#include <thread>

struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

static void risky(int n)
{
    if (n == 1)
        throw Broken("one");
    if (n == 2)
        throw std::out_of_range("two");
}

static void run(int n)
{
    try {
        risky(n);
    } catch (const std::exception &e) {
        std::puts(e.what());
    }
}

int main()
{
    std::thread t(run, 1);
    t.join();
}
