#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

static int by_latch(int count)
{
    std::vector<int> squares(static_cast<std::size_t>(count));
    std::latch done(count);
    for (int i = 0; i < count; i++)
        std::thread([&squares, &done, i] {
            squares[static_cast<std::size_t>(i)] = i * i;
            done.count_down();
        }).detach();
    done.wait();
    return squares.back();
}

static int by_semaphore()
{
    int answer = 0;
    std::binary_semaphore ready(0);
    std::thread([&] {
        answer = 42;
        ready.release();
    }).detach();
    ready.acquire();
    return answer;
}

static bool by_condition(const std::string &name)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::thread([&] {
        std::puts(name.c_str());
        std::lock_guard<std::mutex> lock(mutex);
        done = true;
        changed.notify_one();
    }).detach();
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return done; });
    return done;
}

static int by_polling()
{
    std::atomic<int> finished{0};
    int hits[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        std::thread([&finished, &hits, i] {
            hits[i] = i;
            finished++;
        }).detach();
    while (finished.load() < 2)
        std::this_thread::yield();
    return hits[0] + hits[1];
}

static int by_promise()
{
    std::promise<int> answer;
    std::future<int> later = answer.get_future();
    std::thread([&answer] { answer.set_value(7); }).detach();
    return later.get();
}

static int by_member_function(std::size_t count)
{
    std::atomic<int> hits{0};
    std::vector<std::thread> threads(count);
    for (std::thread &thread : threads)
        thread = std::thread([&hits] { hits++; });
    std::for_each(threads.begin(), threads.end(), std::mem_fn(&std::thread::join));
    return hits;
}

struct Server {
    int port = 80;
    void serve(int backlog)
    {
        std::printf("%d %d\n", port, backlog);
    }
};

// What is bound and passed by value is the task's own.
static void by_value(int backlog)
{
    Server server;
    std::string greeting = "hello";
    std::thread(std::bind(&Server::serve, server, backlog)).detach();
    std::thread(&Server::serve, server, backlog).detach();
    std::thread([](const std::string &text) { std::puts(text.c_str()); }, greeting).detach();
    auto shared = std::make_shared<Server>();
    std::thread(std::bind(&Server::serve, shared, backlog)).detach();
}

int main()
{
    by_value(5);
    return by_latch(3) + by_semaphore() + by_condition("x") + by_polling() + by_promise() + by_member_function(2);
}
