#include "loader.hpp"

#include <fstream>
#include <stdexcept>

static long count(const std::string &path)
{
    std::ifstream file(path);
    long lines = 0;
    if (!file)
        throw std::runtime_error(path);
    for (std::string line; std::getline(file, line);)
        lines++;
    return lines;
}

void Loader::start(const std::vector<std::string> &paths)
{
    for (const std::string &path : paths)
        pending_.push_back(std::async(std::launch::async, count, path));
    std::future<long> index = std::async(std::launch::async, count, "index");
    index_ = index.share();
}

long Loader::finish()
{
    long lines = index_.get();
    for (std::future<long> &each : pending_)
        lines += each.get();
    pending_.clear();
    return lines;
}

std::future<long> Loader::one(const std::string &path)
{
    return std::async(std::launch::async, [path] { return count(path); });
}
