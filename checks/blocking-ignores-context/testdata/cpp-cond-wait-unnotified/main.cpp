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
        stop_ = true;
        thread_.join();
    }
    void push(int job)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        jobs_.push_back(job);
        ready_.notify_one();
    }

private:
    void run()
    {
        while (!stop_) {
            std::unique_lock<std::mutex> lock(mutex_);
            while (jobs_.empty())
                ready_.wait(lock); // expect: blocking-ignores-context
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
    worker.push(1);
    return 0;
}
