#include <thread>

static void start(int *counter)
{
    std::thread([counter] { ++*counter; }).detach();
}

static int run()
{
    int counter = 0;
    start(&counter); // expect: spawn-captures-stack
    return counter;
}

int main()
{
    return run();
}
