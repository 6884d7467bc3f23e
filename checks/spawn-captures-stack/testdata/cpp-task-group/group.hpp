#pragma once
#include <functional>
#include <thread>
#include <utility>
#include <vector>

// Its end waits for all that was started in it.
class TaskGroup
{
public:
    ~TaskGroup()
    {
        wait();
    }
    void run(std::function<void()> job)
    {
        threads_.emplace_back(std::move(job));
    }
    void wait()
    {
        for (std::thread &thread : threads_)
            thread.join();
        threads_.clear();
    }

private:
    std::vector<std::thread> threads_;
};
