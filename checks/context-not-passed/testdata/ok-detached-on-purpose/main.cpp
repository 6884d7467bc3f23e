// flags: -std=c++20
#include <stop_token>
#include <thread>
#include <unistd.h>

static void flush_metrics()
{
    for (;;)
        sleep(1);
}

static void start(std::stop_token stop)
{
    if (stop.stop_requested())
        return;
    std::thread(flush_metrics).detach(); // spawnlint-detached: metrics outlive every request
}

int main()
{
    std::stop_source source;
    start(source.get_token());
}
