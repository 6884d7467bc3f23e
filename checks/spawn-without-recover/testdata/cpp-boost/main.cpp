#include "boost_min.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
int parse(const std::string &line)
{
    if (line.empty())
        throw std::invalid_argument("an empty line");
    return static_cast<int>(line.size());
}

void total(const std::vector<std::string> &lines)
{
    int sum = 0;
    for (const std::string &line : lines)
        sum += parse(line);
    std::printf("%d\n", sum);
}

void quietly(const std::vector<std::string> &lines)
{
    try {
        total(lines);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
    }
}
} // namespace

int main(int argc, char **argv)
{
    std::vector<std::string> lines(argv, argv + argc);
    boost::thread loud([&lines] { total(lines); }); // expect: spawn-without-recover(exception)
    boost::thread quiet([&lines] { quietly(lines); });
    boost::asio::thread_pool pool(4);
    boost::asio::post(pool, [&lines] { total(lines); }); // expect: spawn-without-recover(exception)
    boost::asio::post(pool, [&lines] { quietly(lines); });
    pool.join();
    quiet.join();
    loud.join();
}
