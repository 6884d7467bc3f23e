#include <cstdio>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Declared behind what it refers to, each of these handles waits before that ends.
static int declared_last(const std::vector<int> &values)
{
    int total = 0;
    std::string text = "adding";
    {
        std::vector<std::jthread> adders;
        adders.emplace_back([&total, &values] { total += values.front(); });
        adders.push_back(std::jthread([&text] { std::puts(text.c_str()); }));
    }
    std::jthread adder([&] { total += values.back(); });
    std::jthread other;
    other = std::jthread([&] { std::puts(text.c_str()); });
    std::jthread taken = std::move(adder);
    return 0;
}

static int count(const std::string &text, int *spaces)
{
    for (char each : text)
        *spaces += each == ' ';
    return *spaces;
}

// The future of std::async waits when it ends, and when it is thrown away.
static int futures(const std::string &who)
{
    std::string text = "hello " + who;
    int spaces = 0;
    std::async(std::launch::async, [&] { std::puts(text.c_str()); });
    std::future<int> counted = std::async(std::launch::async, count, std::cref(text), &spaces);
    if (who.empty())
        return -1;
    std::vector<std::future<int>> more;
    more.push_back(std::async(std::launch::async, count, std::cref(text), &spaces));
    return 0;
}

class Download
{
public:
    explicit Download(std::string &into) : done_(std::async(std::launch::async, [&into] { into = "done"; })) {}

private:
    std::future<void> done_;
};

static std::size_t member()
{
    std::string text;
    Download download(text);
    return 0;
}

int main()
{
    return declared_last({1, 2}) + futures("you") + static_cast<int>(member());
}
