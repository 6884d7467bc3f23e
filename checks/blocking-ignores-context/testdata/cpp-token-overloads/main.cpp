// A token at hand: the standard's own overload waits with it, and runtime-helpers' sleep.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;

void heartbeat(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        std::puts("alive");
        std::this_thread::sleep_for(30s); // expect: blocking-ignores-context
    }
}

bool wait_for_work(std::stop_token stop, std::mutex &mutex, std::condition_variable_any &filled, const int &waiting)
{
    std::unique_lock lock(mutex);
    while (!waiting && !stop.stop_requested())
        filled.wait(lock, [&] { return waiting > 0; }); // expect: blocking-ignores-context
    return waiting > 0;
}
