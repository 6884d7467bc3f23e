#include <cstdio>
#include <future>
#include <stdexcept>

static int count(int n)
{
    if (n > 3)
        throw std::invalid_argument("too many");
    return n;
}

int main(int argc, char **)
{
    try {
        std::future<int> counted = std::async(std::launch::async, count, argc);
        return counted.get();
    } catch (const std::exception &error) {
        std::puts(error.what());
        return 1;
    }
}
