#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

static void announce(const std::string &who)
{
    std::string text = "hello " + who;
    std::thread([&] { std::puts(text.c_str()); }).detach(); // expect: spawn-captures-stack
}

static void count(int n)
{
    int total = 0;
    std::thread adder([n](int &sum) { sum += n; }, std::ref(total)); // expect: spawn-captures-stack
    adder.detach();
}

int main()
{
    announce("you");
    count(2);
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
