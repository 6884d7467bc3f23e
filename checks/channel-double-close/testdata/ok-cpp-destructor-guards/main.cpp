#include <unistd.h>
#include <sys/socket.h>

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() { close(); }
    void close()
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

int main()
{
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    socket.close();
    return 0;
}
