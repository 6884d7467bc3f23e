#include <stdexcept>
#include <thread>

struct Connection {
    explicit Connection(int fd) : fd_(fd)
    {
        if (fd < 0)
            throw std::invalid_argument("fd");
    }
    int fd_;
};

struct Session {
    Connection in{-1};
};

static void serve()
{
    Session session;
    (void)session;
}

int main()
{
    std::thread t(serve); // expect: spawn-without-recover(exception)
    t.join();
}
