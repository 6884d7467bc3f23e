#include "pool.hpp"

void run_detached(std::function<void()> job)
{
    std::thread(std::move(job)).detach();
}

void run_and_wait(const std::function<void()> &job)
{
    std::thread runner(job);
    runner.join();
}
