#include <stop_token>
#include <thread>
#include <unistd.h>

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

/* Members go in reverse: the thread is joined before its descriptor is closed. */
class Beacon {
public:
    explicit Beacon(int fd) : out_(fd), thread_([this](std::stop_token stop) { run(stop); }) {}

private:
    void run(std::stop_token stop)
    {
        while (!stop.stop_requested()) {
            (void)!::write(out_.get(), ".", 1);
            ::usleep(1000);
        }
    }

    Descriptor out_;
    std::jthread thread_;
};

int main()
{
    Beacon beacon(::dup(1));
    ::sleep(1);
    return 0;
}
