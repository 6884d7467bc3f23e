// Each destructor ends what its thread waits for, and only then joins.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <semaphore>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

class pool
{
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<int> jobs_;
    bool stop_ = false;
    std::thread thread_;

    bool pop(int &job)
    {
        std::unique_lock lock(mutex_);
        while (jobs_.empty() && !stop_)
            filled_.wait(lock);
        if (jobs_.empty())
            return false;
        job = jobs_.front();
        jobs_.pop_front();
        return true;
    }

    void run()
    {
        int job;
        while (pop(job))
            ;
    }

  public:
    pool() : thread_(&pool::run, this) {}
    ~pool()
    {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
        }
        filled_.notify_all();
        thread_.join();
    }
};

class listener
{
    std::atomic<bool> stop_{false};
    int fd_;
    std::thread thread_;

    void run()
    {
        int first = accept(fd_, nullptr, nullptr);
        while (!stop_ && first >= 0) {
            close(first);
            first = accept(fd_, nullptr, nullptr);
        }
    }

  public:
    explicit listener(int fd) : fd_(fd), thread_(&listener::run, this) {}
    ~listener()
    {
        stop_ = true;
        shutdown(fd_, SHUT_RDWR);
        thread_.join();
    }
};

class ticker
{
    std::counting_semaphore<8> due_{0};
    std::atomic<bool> stop_{false};
    int ticks_ = 0;
    std::thread thread_;

    void run()
    {
        for (;;) {
            due_.acquire();
            if (stop_)
                return;
            ticks_++;
        }
    }

    void wake() { due_.release(); }

  public:
    ticker() : thread_(&ticker::run, this) {}
    void stop()
    {
        stop_ = true;
        wake();
        thread_.join();
    }
};
