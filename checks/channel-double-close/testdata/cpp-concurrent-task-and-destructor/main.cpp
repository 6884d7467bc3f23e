#include <functional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class Receiver {
public:
    Receiver(int fd, std::function<void(const char *, size_t)> on_data) : on_data_(std::move(on_data)), fd_(fd) {}
    ~Receiver() { stop(); }
    void start() { worker_ = std::thread(&Receiver::loop, this); }
    void stop()
    {
        ::close(fd_); // related: channel-double-close
        if (worker_.joinable())
            worker_.join();
    }

private:
    void loop()
    {
        char buffer[256];
        ssize_t n;
        while ((n = ::recv(fd_, buffer, sizeof buffer, 0)) > 0)
            on_data_(buffer, static_cast<size_t>(n));
        ::close(fd_); // expect: channel-double-close
    }

    std::function<void(const char *, size_t)> on_data_;
    std::thread worker_;
    int fd_;
};

Receiver *make(int fd)
{
    auto *receiver = new Receiver(fd, [](const char *, size_t) {});
    receiver->start();
    return receiver;
}
