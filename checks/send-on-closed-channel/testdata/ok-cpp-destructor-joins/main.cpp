#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>

class Logger {
public:
    explicit Logger(int fd) : fd_(fd), thread_(&Logger::run, this) {}
    ~Logger()
    {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            done_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable())
            thread_.join();
        ::close(fd_);
    }
    void add(std::string line)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        lines_.push_back(std::move(line));
        wake_.notify_one();
    }

private:
    void run()
    {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!done_ || !lines_.empty()) {
            if (lines_.empty()) {
                wake_.wait(lock);
                continue;
            }
            std::string line = std::move(lines_.front());
            lines_.pop_front();
            lock.unlock();
            (void)!::write(fd_, line.data(), line.size());
            lock.lock();
        }
    }

    int fd_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::string> lines_;
    bool done_ = false;
    std::thread thread_;
};

int main()
{
    Logger logger(::dup(1));
    logger.add("hello\n");
    return 0;
}
