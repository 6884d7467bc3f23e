#include <stdexcept>
#include <thread>
#include <vector>

static void work(int i)
{
    if (i > 2)
        throw std::out_of_range("i");
}

int main()
{
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back(work, i); // expect: spawn-without-recover(exception)
    for (auto &t : threads)
        t.join();
}
