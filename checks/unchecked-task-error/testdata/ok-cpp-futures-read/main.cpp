#include "loader.hpp"

#include <cstdio>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

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
        auto numbered = std::make_pair(std::async(std::launch::async, risky, argc), 7);
        std::map<int, std::future<int>> by_number;
        by_number.emplace(numbered.second, std::async(std::launch::async, risky, argc));
        int found = by_number.begin()->second.get() + numbered.first.get();
        auto last = std::make_shared<std::future<int>>(std::async(std::launch::async, risky, argc));
        last->wait();
        (void)std::async(std::launch::async, risky, argc);
        return static_cast<int>(loader.finish() + extra.get() + last->get() + found);
    } catch (const std::exception &error) {
        std::puts(error.what());
        return 1;
    }
}
