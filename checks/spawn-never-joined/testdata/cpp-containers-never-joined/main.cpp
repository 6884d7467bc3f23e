#include <cstdio>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

static void serve(int port)
{
    std::printf("%d\n", port);
}

static int listen(const std::vector<int> &ports)
{
    std::vector<std::thread> threads;
    for (int port : ports)
        threads.emplace_back(serve, port); // expect: spawn-never-joined
    std::puts("listening");
    return static_cast<int>(threads.size());
}

class Registry
{
public:
    void add(int port)
    {
        threads_.push_back(std::thread(serve, port)); // expect: spawn-never-joined
    }
    void start_monitor()
    {
        monitor_ = std::make_unique<std::thread>(serve, 0); // expect: spawn-never-joined
    }
    std::size_t size() const
    {
        return threads_.size();
    }

private:
    std::list<std::thread> threads_;
    std::unique_ptr<std::thread> monitor_;
};

int main()
{
    Registry registry;
    registry.add(listen({80, 443}));
    registry.start_monitor();
    return static_cast<int>(registry.size());
}
