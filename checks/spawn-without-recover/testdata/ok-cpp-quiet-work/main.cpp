#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

class Counter {
public:
    ~Counter()
    {
        stop_ = true;
        ready_.notify_all();
        thread_.join();
    }
    void add(const std::string &name)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        counts_[name]++;
        names_.push_back(name);
    }

private:
    void run()
    {
        while (!stop_) {
            std::unique_lock<std::mutex> lock(mutex_);
            ready_.wait_for(lock, std::chrono::seconds(1));
            for (const auto &name : names_)
                counts_[name + "!"]++;
            auto copy = std::make_unique<std::string>("x");
            names_.clear();
        }
    }
    std::mutex mutex_;
    std::condition_variable ready_;
    std::map<std::string, int> counts_;
    std::vector<std::string> names_;
    std::atomic<bool> stop_{false};
    std::thread thread_{[this] { run(); }};
};

int main()
{
    Counter counter;
    counter.add("a");
}
