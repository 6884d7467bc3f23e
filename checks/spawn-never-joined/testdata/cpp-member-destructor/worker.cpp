#include "worker.hpp"

#include <chrono>
#include <cstdio>

Poller::Poller(std::string address) : address_(std::move(address))
{
    thread_ = std::thread(&Poller::poll, this); // expect: spawn-never-joined
}

// It asks the thread to stop, and forgets to wait for it.
Poller::~Poller()
{
    stop_ = true;
}

void Poller::poll()
{
    while (!stop_)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

Recorder::Recorder()
    : thread_([this] {
          while (!stop_)
              std::this_thread::yield();
      })
{
}

Recorder::~Recorder()
{
    stop_ = true;
    thread_.join();
}
