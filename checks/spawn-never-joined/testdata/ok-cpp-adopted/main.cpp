#include "runner.hpp"

#include <cstdio>

static std::thread start(int id)
{
    return std::thread([id] { std::printf("%d\n", id); });
}

int main()
{
    Runner::instance().adopt(start(1));
    Runner::instance().run([] { std::puts("two"); });
    std::thread three = start(3);
    Runner::instance().adopt(std::move(three));
    Runner::instance().join_all();
    return 0;
}
