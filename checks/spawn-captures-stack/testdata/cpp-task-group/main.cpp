#include "group.hpp"

#include <cstdio>
#include <string>

static int total(const std::string &left, const std::string &right)
{
    int sizes[2] = {0, 0};
    TaskGroup group;
    group.run([&] { sizes[0] = static_cast<int>(left.size()); });
    group.run([&] { sizes[1] = static_cast<int>(right.size()); });
    group.wait();
    return sizes[0] + sizes[1];
}

// No wait is written: that of the destructor comes in time.
static void print(const std::string &text)
{
    std::string line = text + "\n";
    TaskGroup group;
    group.run([&line] { std::fputs(line.c_str(), stdout); });
}

// The group was there first, so that it ends last.
static void print_late(const std::string &text)
{
    TaskGroup group;
    std::string line = text + "\n";
    group.run([&line] { std::fputs(line.c_str(), stdout); }); // expect: spawn-captures-stack
}

int main()
{
    print("one");
    print_late("two");
    return total("three", "four");
}
