#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    void close()
    {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            if (closed_)
                return;
            closed_ = true;
        }
        ::shutdown(fd_, SHUT_RDWR);
        ::close(fd_);
    }
    bool wait()
    {
        char byte;
        return ::recv(fd_, &byte, 1, 0) == 1;
    }

private:
    std::mutex mutex_;
    bool closed_ = false;
    int fd_;
};

void serve(int fd)
{
    Connection connection(fd);
    std::thread watchdog([&connection] {
        ::sleep(10);
        connection.close();
    });
    while (connection.wait())
        continue;
    connection.close();
    watchdog.join();
}
