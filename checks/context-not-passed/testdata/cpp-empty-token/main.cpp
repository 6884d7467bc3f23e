// A token that never stops is a context that nobody passed.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <stop_token>
#include <string>

class inbox
{
    std::mutex mutex_;
    std::condition_variable_any filled_;
    std::queue<std::string> messages_;

  public:
    bool take(std::string &out, std::stop_token stop)
    {
        std::unique_lock lock(mutex_);
        while (messages_.empty()) {
            if (stop.stop_requested())
                return false;
            filled_.wait_for(lock, std::chrono::milliseconds(100));
        }
        out = messages_.front();
        messages_.pop();
        return true;
    }
};

void drain(inbox &from, std::stop_token stop, std::string &log)
{
    std::string message;
    while (!stop.stop_requested() && from.take(message, {})) // expect: context-not-passed
        log += message;
}

bool peek(inbox &from, const std::stop_token &, std::string &out)
{
    return from.take(out, std::stop_token{});
}

class relay
{
    std::stop_source source_;
    inbox &from_;

  public:
    explicit relay(inbox &from) : from_(from) {}
    void stop() { source_.request_stop(); }
    bool forward(std::string &out)
    {
        return from_.take(out, std::stop_source{}.get_token()); // expect: context-not-passed
    }
    bool forward_stoppable(std::string &out) { return from_.take(out, source_.get_token()); }
};
