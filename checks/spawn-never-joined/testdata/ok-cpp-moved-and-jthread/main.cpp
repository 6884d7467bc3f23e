// flags: -std=c++20
#include <thread>
#include <utility>
#include <vector>

static void work()
{
}

static std::thread make()
{
    std::thread made(work);
    return made;
}

class Owner
{
public:
    Owner() : thread_(work) {}
    ~Owner()
    {
        if (thread_.joinable())
            thread_.join();
    }

private:
    std::thread thread_;
};

int main()
{
    std::vector<std::thread> threads;
    threads.push_back(make());
    std::thread other(work);
    threads.push_back(std::move(other));
    for (std::thread &thread : threads)
        thread.join();
    std::jthread self_joining(work);
    Owner owner;
    return 0;
}
