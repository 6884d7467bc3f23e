#pragma once
#include <functional>
#include <thread>
#include <utility>

// Runs it on a thread of its own, and comes back at once.
void run_detached(std::function<void()> job);
// Runs it on a thread of its own, and comes back when it is done.
void run_and_wait(const std::function<void()> &job);

template <class F> void start(F &&job)
{
    std::thread(std::forward<F>(job)).detach();
}
