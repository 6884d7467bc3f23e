#include <stdexcept>
#include <thread>

struct Task {
    virtual ~Task() = default;
    virtual void run() = 0;
};

struct Throwing : Task {
    void run() override
    {
        throw std::runtime_error("t");
    }
};

struct Calm final : Task {
    void run() override
    {
    }
};

static void go(Calm &calm)
{
    calm.run();
}

int main()
{
    Throwing throwing;
    Calm calm;
    std::thread t([&] { go(calm); });
    t.join();
    try {
        throwing.run();
    } catch (...) {
    }
}
