#pragma once
#include <mutex>
#include <thread>
#include <vector>

// Owns every thread that is given to it until the end of the process' work.
class Runner
{
public:
    static Runner &instance();
    void adopt(std::thread thread);
    template <class F> void run(F f)
    {
        adopt(std::thread(f));
    }
    void join_all();

private:
    std::mutex mutex_;
    std::vector<std::thread> threads_;
};
