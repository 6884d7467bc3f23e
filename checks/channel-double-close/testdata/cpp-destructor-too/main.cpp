#include <unistd.h>
#include <sys/socket.h>

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() { ::close(fd_); }
    void close() { ::close(fd_); }
    int fd() const { return fd_; }

private:
    int fd_;
};

int main()
{
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    socket.close();
    return 0; // expect: channel-double-close
}
