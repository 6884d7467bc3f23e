#include <cstdio>
#include <stdexcept>
#include <thread>

class JoinGuard
{
public:
    explicit JoinGuard(std::thread &thread) : thread_(thread) {}
    ~JoinGuard()
    {
        if (thread_.joinable())
            thread_.join();
    }
    JoinGuard(const JoinGuard &) = delete;

private:
    std::thread &thread_;
};

class ScopedThread
{
public:
    template <class F> explicit ScopedThread(F f) : thread_(f) {}
    ~ScopedThread()
    {
        thread_.join();
    }

private:
    std::thread thread_;
};

static int parse(const char *text)
{
    if (!*text)
        throw std::invalid_argument("empty");
    return *text;
}

static int guarded(const char *text)
{
    std::thread worker([] { std::puts("working"); });
    JoinGuard guard(worker);
    return parse(text);
}

static int scoped(const char *text)
{
    ScopedThread worker([] { std::puts("working"); });
    return parse(text);
}

static int by_hand(const char *text)
{
    std::thread worker([] { std::puts("working"); });
    int result;
    try {
        result = parse(text);
    } catch (...) {
        worker.join();
        throw;
    }
    worker.join();
    return result;
}

int main(int argc, char **argv)
{
    try {
        return guarded(argv[argc - 1]) + scoped(argv[0]) + by_hand(argv[0]);
    } catch (const std::exception &error) {
        std::puts(error.what());
        return 1;
    }
}
