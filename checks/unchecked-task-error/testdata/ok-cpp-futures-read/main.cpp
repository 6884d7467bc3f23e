#include "loader.hpp"

#include <cstdio>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>

void collect(std::future<int> future); // elsewhere

static int risky(int n)
{
    if (n > 3)
        throw std::invalid_argument("too many");
    return n;
}

int main(int argc, char **argv)
{
    Loader loader;
    try {
        loader.start({argv[0]});
        std::future<long> extra = loader.one(argv[0]);
        collect(std::async(std::launch::async, risky, argc));
        auto last = std::make_shared<std::future<int>>(std::async(std::launch::async, risky, argc));
        last->wait();
        (void)std::async(std::launch::async, risky, argc);
        return static_cast<int>(loader.finish() + extra.get() + last->get());
    } catch (const std::exception &error) {
        std::puts(error.what());
        return 1;
    }
}
