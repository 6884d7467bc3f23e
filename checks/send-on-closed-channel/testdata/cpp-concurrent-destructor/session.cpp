#include "session.hpp"

#include <unistd.h>

Session::Session(int fd) : fd_(fd)
{
    thread_ = std::thread([this] { pump(); });
}

Session::~Session()
{
    stopping_ = true;
    ::close(fd_); // related: send-on-closed-channel
    if (thread_.joinable())
        thread_.join();
}

void Session::pump()
{
    while (!stopping_) {
        if (::write(fd_, "ping\n", 5) < 0) // expect: send-on-closed-channel
            return;
        ::usleep(20000);
    }
}
