// The consumer gives up at the deadline, if only somebody wakes it.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>

class mailbox
{
    std::mutex mutex_;
    std::condition_variable filled_;
    std::queue<int> letters_;

  public:
    void put(int letter)
    {
        std::lock_guard lock(mutex_);
        letters_.push(letter);
        filled_.notify_one();
    }

    bool take(int &letter, std::chrono::milliseconds patience)
    {
        auto deadline = std::chrono::steady_clock::now() + patience;
        std::unique_lock lock(mutex_);
        while (letters_.empty()) {
            if (std::chrono::steady_clock::now() >= deadline)
                return false;
            filled_.wait(lock); // expect: blocking-ignores-context
        }
        letter = letters_.front();
        letters_.pop();
        return true;
    }
};
