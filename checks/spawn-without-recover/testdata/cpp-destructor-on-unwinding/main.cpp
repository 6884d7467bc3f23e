#include <cstdlib>
#include <stdexcept>
#include <thread>

struct Guard {
    bool armed = true;
    ~Guard()
    {
        if (armed)
            std::abort();
    }
};

static void step(int n)
{
    if (n)
        throw std::runtime_error("n");
}

static void run(int n)
{
    try {
        Guard guard;
        step(n);
        guard.armed = false;
    } catch (const std::exception &) {
    }
}

int main()
{
    std::thread t(run, 1); // expect: spawn-without-recover(fatal)
    t.join();
}
