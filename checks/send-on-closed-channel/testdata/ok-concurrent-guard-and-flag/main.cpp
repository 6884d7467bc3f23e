#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class Link {
public:
    explicit Link(int fd) : fd_(fd) {}
    bool send(const char *data, size_t size)
    {
        std::scoped_lock lock(mutex_);
        if (closed_)
            return false;
        return ::send(fd_, data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
    }
    void close()
    {
        std::scoped_lock lock(mutex_);
        if (!closed_)
            ::close(fd_);
        closed_ = true;
    }

private:
    std::mutex mutex_;
    int fd_;
    bool closed_ = false;
};

int main()
{
    Link link(::socket(AF_INET, SOCK_STREAM, 0));
    std::thread sender([&link] {
        while (link.send("ping", 4))
            ::usleep(1000);
    });
    ::sleep(1);
    link.close();
    sender.join();
    return 0;
}
