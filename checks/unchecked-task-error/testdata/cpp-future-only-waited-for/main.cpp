#include <chrono>
#include <cstdio>
#include <future>
#include <stdexcept>
#include <string>

static void migrate(int version)
{
    if (version > 7)
        throw std::runtime_error("unknown version " + std::to_string(version));
    std::printf("migrated %d\n", version);
}

// wait() returns whether it went well or not.
static void upgrade(int version)
{
    std::future<void> done = std::async(std::launch::async, migrate, version); // expect: unchecked-task-error(unread)
    while (done.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready)
        std::puts("...");
}

class Server
{
public:
    void start(int version)
    {
        upgrade_ = std::async(std::launch::async, [version] { migrate(version); }); // expect: unchecked-task-error(unread)
    }
    void stop()
    {
        if (upgrade_.valid())
            upgrade_.wait();
    }

private:
    std::future<void> upgrade_;
};

int main(int argc, char **)
{
    Server server;
    upgrade(argc);
    server.start(argc);
    server.stop();
}
