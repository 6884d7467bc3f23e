#pragma once
#include <future>
#include <string>
#include <vector>

class Loader
{
public:
    void start(const std::vector<std::string> &paths);
    long finish();
    std::future<long> one(const std::string &path);

private:
    std::vector<std::future<long>> pending_;
    std::shared_future<long> index_;
};
