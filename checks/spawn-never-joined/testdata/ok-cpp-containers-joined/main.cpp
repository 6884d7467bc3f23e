// flags: -std=c++17
#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

static void serve(int port)
{
    std::printf("%d\n", port);
}

class Pool
{
public:
    explicit Pool(int count)
    {
        for (int i = 0; i < count; i++)
            workers_.emplace_back([this, i] { run(i); });
        by_name_["reaper"] = std::thread(serve, 1);
        by_name_.emplace("logger", std::thread(serve, 2));
        monitor_ = std::make_unique<std::thread>(serve, 3);
        for (auto &slot : slots_)
            slot = std::thread(serve, 4);
        spare_ = new std::thread(serve, 5);
        late_.reset(new std::thread(serve, 6));
    }
    ~Pool()
    {
        stop();
        for (std::size_t i = 0; i < slots_.size(); i++)
            if (slots_[i].joinable())
                slots_[i].join();
        spare_->join();
        delete spare_;
        late_->join();
    }
    void stop()
    {
        std::for_each(workers_.begin(), workers_.end(), [](std::thread &thread) { thread.join(); });
        for (auto &[name, thread] : by_name_)
            if (thread.joinable())
                thread.join();
        if (monitor_ && monitor_->joinable())
            monitor_->join();
        by_name_.clear();
    }

private:
    void run(int id)
    {
        std::printf("%d\n", id);
    }
    std::vector<std::thread> workers_;
    std::map<std::string, std::thread> by_name_;
    std::unique_ptr<std::thread> monitor_;
    std::array<std::thread, 2> slots_;
    std::thread *spare_;
    std::unique_ptr<std::thread> late_;
};

static void drain(std::deque<std::thread> &threads)
{
    while (!threads.empty()) {
        std::thread next = std::move(threads.front());
        threads.pop_front();
        next.join();
    }
}

int main()
{
    Pool pool(4);
    std::deque<std::thread> threads;
    threads.push_back(std::thread(serve, 80));
    threads.emplace_back(serve, 443);
    drain(threads);
    auto shared = std::make_shared<std::thread>(serve, 8080);
    std::function<void()> finish = [shared] { shared->join(); };
    finish();
    return 0;
}
