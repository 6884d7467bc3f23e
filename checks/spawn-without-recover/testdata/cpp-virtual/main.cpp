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

struct Calm : Task {
    void run() override
    {
    }
};

static void go(Task *task)
{
    task->run();
}

int main(int argc, char **)
{
    Throwing throwing;
    Calm calm;
    std::thread t(go, argc > 1 ? static_cast<Task *>(&throwing) : &calm); // expect: spawn-without-recover(exception)
    t.join();
}
