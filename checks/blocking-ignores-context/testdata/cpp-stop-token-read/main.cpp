// flags: -std=c++20
#include <stop_token>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

static void pump(std::stop_token stop, int fd)
{
    char buffer[256];
    while (!stop.stop_requested()) {
        if (recv(fd, buffer, sizeof buffer, 0) <= 0) // expect: blocking-ignores-context
            return;
    }
}

int main()
{
    std::jthread thread(pump, socket(AF_INET, SOCK_STREAM, 0));
    return 0;
}
