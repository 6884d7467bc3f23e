#pragma once
#include <atomic>
#include <string>
#include <thread>

class Session {
public:
    explicit Session(int fd);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

private:
    void pump();

    int fd_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};
