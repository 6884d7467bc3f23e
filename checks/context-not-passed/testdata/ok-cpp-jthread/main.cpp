// Entries that take the token, capture a flag, or come to an end.
#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void tick(std::stop_token stop, int &ticks)
{
    while (!stop.stop_requested()) {
        ticks++;
        std::this_thread::sleep_for(10ms);
    }
}

class worker
{
    std::atomic<bool> done_{false};
    std::vector<int> items_;
    std::jthread thread_;

    void run()
    {
        for (;;) {
            if (done_)
                return;
            std::this_thread::sleep_for(1ms);
        }
    }

  public:
    worker() : thread_(&worker::run, this) {}
    ~worker() { done_ = true; }
};

int watch()
{
    int ticks = 0, sum = 0;
    std::jthread ticker(tick, std::ref(ticks));
    std::jthread lambda([](std::stop_token stop) {
        while (!stop.stop_requested())
            std::this_thread::sleep_for(1ms);
    });
    std::jthread finite([&sum] {
        for (int i = 0; i < 1000; i++)
            sum += i;
    });
    std::jthread forever([] {
        for (;;)
            std::this_thread::sleep_for(1h);
    });
    forever.detach();
    return sum;
}
