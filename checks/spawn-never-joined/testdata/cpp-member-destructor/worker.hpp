#pragma once
#include <atomic>
#include <string>
#include <thread>

class Poller
{
public:
    explicit Poller(std::string address);
    ~Poller();
    void poll();

private:
    std::string address_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

class Recorder
{
public:
    Recorder();
    ~Recorder();

private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
};
