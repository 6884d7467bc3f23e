#include <array>
#include <atomic>
#include <cstdio>
#include <future>
#include <numeric>
#include <thread>
#include <vector>

static std::atomic<int> hits;

static void touch(int n) noexcept
{
    hits += n;
}

static int sum(const std::array<int, 4> &values) noexcept
{
    return std::accumulate(values.begin(), values.end(), 0);
}

// All that counts is that they are done; none of them can throw.
static void touch_all()
{
    std::vector<std::future<void>> pending;
    for (int i = 0; i < 4; i++)
        pending.push_back(std::async(std::launch::async, touch, i));
    for (std::future<void> &each : pending)
        each.wait();
}

// Whether it throws depends on what it is given, which nobody here can see.
static void apply(void (*unknown)(int))
{
    std::future<void> done = std::async(std::launch::async, unknown, 3);
    done.wait();
}

int main(int argc, char **)
{
    std::array<int, 4> values = {argc, 1, 2, 3};
    touch_all();
    apply(touch);
    auto total = std::async(std::launch::deferred, sum, values);
    return total.get();
}
