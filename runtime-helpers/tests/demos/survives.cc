// A small job server: each request runs in a thread of its own; one bad request ends its own task only.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rh/rh.hpp>

static int parse(const std::string &text)
{
    return std::stoi(text); // throws std::invalid_argument
}

int main()
{
    const std::vector<std::string> texts = {"1", "one", "21"};
    std::vector<int> answers(texts.size());
    std::vector<rh::thread> threads;
    for (std::size_t i = 0; i < texts.size(); i++)
        threads.emplace_back([&, i] { answers[i] = parse(texts[i]) * 2; });
    for (rh::thread &thread : threads)
        thread.join();
    int sum = 0;
    for (int answer : answers)
        sum += answer;
    std::printf("sum %d\n", sum);
    return sum == 44 ? 0 : 1;
}
