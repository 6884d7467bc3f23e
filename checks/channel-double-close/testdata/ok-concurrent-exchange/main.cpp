#include <atomic>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    void close()
    {
        int fd = fd_.exchange(-1);
        if (fd >= 0)
            ::close(fd);
    }
    int get() const { return fd_; }

private:
    std::atomic<int> fd_;
};

static std::atomic_flag closing = ATOMIC_FLAG_INIT;
static int shared_fd = -1;

static void close_once()
{
    if (closing.test_and_set())
        return;
    ::close(shared_fd);
}

int main()
{
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    shared_fd = ::dup(0);
    std::thread other([&socket] {
        ::sleep(1);
        socket.close();
        close_once();
    });
    socket.close();
    close_once();
    other.join();
    return 0;
}
