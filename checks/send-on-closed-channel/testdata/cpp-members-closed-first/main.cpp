#include <stop_token>
#include <thread>
#include <unistd.h>

struct Descriptor {
    int fd;
    explicit Descriptor(int from) : fd(from) {}
    ~Descriptor() { ::close(fd); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
};

/* Members go in reverse: the descriptor is closed, and only then is the thread joined. */
class Beacon {
public:
    explicit Beacon(int fd) : out_(fd)
    {
        thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
    }

private:
    void run(std::stop_token stop)
    {
        while (!stop.stop_requested()) {
            (void)!::write(out_.fd, ".", 1); // expect: send-on-closed-channel
            ::usleep(1000);
        }
    }

    std::jthread thread_;
    Descriptor out_;
};

Beacon *light(int fd)
{
    return new Beacon(fd);
}

void put_out(Beacon *beacon)
{
    delete beacon;
}
