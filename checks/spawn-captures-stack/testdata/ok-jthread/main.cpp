// flags: -std=c++20
#include <thread>

static int run()
{
    int sum = 0;
    {
        std::jthread adder([&sum] { sum += 2; });
    }
    return sum;
}

int main()
{
    return run();
}
