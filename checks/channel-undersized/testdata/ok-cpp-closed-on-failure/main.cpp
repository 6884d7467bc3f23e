#include <iostream>
#include <thread>
#include <vector>

#include "channels.hpp"

static int solve(int seed)
{
    return seed % 7 ? seed : -1;
}

int first_bad(int count)
{
    boost::fibers::unbuffered_channel<int> answers;
    std::vector<std::thread> threads;
    int bad = 0;
    for (int i = 0; i < count; i++)
        threads.emplace_back([&answers, i] { answers.push(solve(i)); });
    for (int i = 0; i < count; i++) {
        int answer = 0;
        answers.pop(answer);
        if (answer < 0) {
            bad = answer;
            break;
        }
    }
    answers.close();
    for (std::thread &thread : threads)
        thread.join();
    return bad;
}

int main()
{
    std::cout << first_bad(20) << '\n';
}
