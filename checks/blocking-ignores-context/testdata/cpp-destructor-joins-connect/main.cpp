// The destructor sets the flag and joins; the thread looks at the flag only once it is connected.
#include <atomic>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class uplink
{
    std::atomic<bool> stop_{false};
    sockaddr_in server_;
    int fd_ = -1;
    std::thread thread_;

    bool dial()
    {
        fd_ = socket(AF_INET, SOCK_STREAM, 0);
        return connect(fd_, reinterpret_cast<sockaddr *>(&server_), sizeof server_) == 0; // expect: blocking-ignores-context(joined)
    }

    void run()
    {
        if (!dial())
            return;
        char buffer[256];
        while (!stop_) {
            pollfd waiting{fd_, POLLIN, 0};
            if (poll(&waiting, 1, 200) > 0 && recv(fd_, buffer, sizeof buffer, 0) <= 0)
                return;
        }
    }

  public:
    explicit uplink(const sockaddr_in &server) : server_(server) { thread_ = std::thread(&uplink::run, this); }
    ~uplink()
    {
        stop_ = true;
        if (thread_.joinable())
            thread_.join(); // related: blocking-ignores-context
        if (fd_ >= 0)
            close(fd_);
    }
};
