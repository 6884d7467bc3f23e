// ~jthread asks the task to stop and waits: a task that takes no token and never ends is waited for for ever.
#include <chrono>
#include <fstream>
#include <thread>

static void write_statistics(const char *path)
{
    for (;;) {
        std::ofstream(path) << "alive\n";
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

class monitor
{
    std::jthread writer_;

  public:
    explicit monitor(const char *path)
        : writer_(write_statistics, path) // expect: context-not-passed(task)
    {
    }
};

void watch(int &ticks)
{
    std::jthread ticker([&ticks] { // expect: context-not-passed(task)
        while (true) {
            ticks++;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    });
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
