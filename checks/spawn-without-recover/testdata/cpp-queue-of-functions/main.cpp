#include <functional>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <thread>

class Pool {
public:
    Pool() : thread_(&Pool::run, this) {} // expect: spawn-without-recover(exception)
    void add(std::function<void()> job)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        jobs_.push(std::move(job));
    }
    ~Pool()
    {
        thread_.join();
    }

private:
    void run()
    {
        std::function<void()> job;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            job = std::move(jobs_.front());
            jobs_.pop();
        }
        job();
    }
    std::mutex mutex_;
    std::queue<std::function<void()>> jobs_;
    std::thread thread_;
};

static void fails()
{
    throw std::runtime_error("job");
}

int main()
{
    Pool pool;
    pool.add([] { fails(); });
}
