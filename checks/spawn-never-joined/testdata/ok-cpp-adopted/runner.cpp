#include "runner.hpp"

Runner &Runner::instance()
{
    static Runner runner;
    return runner;
}

void Runner::adopt(std::thread thread)
{
    std::lock_guard<std::mutex> lock(mutex_);
    threads_.push_back(std::move(thread));
}

void Runner::join_all()
{
    std::vector<std::thread> threads;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        threads.swap(threads_);
    }
    for (std::thread &thread : threads)
        thread.join();
}
