#include <cstdint>
#include <cstdio>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

struct Command {
    std::uint32_t code;
    std::uint32_t argument;
};

class Controller {
public:
    Controller()
    {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_) == 0)
            worker_ = std::thread(&Controller::serve, this);
    }
    ~Controller()
    {
        if (worker_.joinable())
            worker_.join();
        close(ends_[0]);
        close(ends_[1]);
    }
    bool order(std::uint32_t code, std::uint32_t argument)
    {
        Command command{code, argument};
        return send(ends_[0], &command, sizeof command, 0) == sizeof command;
    }

private:
    void serve()
    {
        Command command;
        while (recv(ends_[1], &command, sizeof command, 0) > 0) // expect: channel-never-closed
            std::printf("%u(%u)\n", command.code, command.argument);
    }
    int ends_[2] = {-1, -1};
    std::thread worker_;
};

int main()
{
    Controller controller;
    controller.order(1, 2);
}
