// flags: -std=c++20
#include <stop_token>
#include <thread>
#include <unistd.h>

static void poll_for_ever()
{
    for (;;)
        sleep(1);
}

static void start(std::stop_token stop)
{
    if (stop.stop_requested())
        return;
    std::thread(poll_for_ever).detach(); // expect: context-not-passed
}

int main()
{
    std::stop_source source;
    start(source.get_token());
}
