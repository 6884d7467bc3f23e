#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

static void both(const std::string &who)
{
    std::string text = "hello " + who;
    int hits = 0;
    std::thread one([&] { std::puts(text.c_str()); });
    std::thread two([](int &n) { n++; }, std::ref(hits));
    one.join();
    two.join();
}

static int pool()
{
    std::vector<std::thread> threads;
    int total[4] = {};
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&total, i] { total[i] = i; });
    for (auto &thread : threads)
        thread.join();
    return total[3];
}

int main()
{
    both("you");
    return pool();
}
