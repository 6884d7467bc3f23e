// flags: -std=c++20
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

// Members of a scope end in reverse order: the text is gone before the thread is joined.
static void announce(const std::string &who)
{
    std::jthread speaker;
    std::string text = "hello " + who;
    speaker = std::jthread([&text] { // expect: spawn-captures-stack
        std::this_thread::sleep_for(10ms);
        std::puts(text.c_str());
    });
}

static int sum(const std::vector<int> &values)
{
    std::vector<std::jthread> adders;
    int total = 0;
    adders.push_back(std::jthread([&total, &values] { // expect: spawn-captures-stack
        for (int value : values)
            total += value;
    }));
    return static_cast<int>(adders.size());
}

int main()
{
    announce("you");
    return sum({1, 2, 3});
}
