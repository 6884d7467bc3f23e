#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

class Worker
{
public:
    Worker() : thread_([this] { run(); }) {}
    ~Worker()
    {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            stop_ = true;
        }
        ready_.notify_all();
        thread_.join();
    }

private:
    void run()
    {
        for (;;) {
            std::unique_lock<std::mutex> lock(mutex_);
            ready_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
            if (stop_)
                return;
            jobs_.pop_front();
        }
    }
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<int> jobs_;
    std::thread thread_;
};

int main()
{
    Worker worker;
    return 0;
}
