#include <mutex>
#include <string>

namespace {
std::once_flag flag;
std::string home;

const std::string &home_dir();

std::string expand(const std::string &path)
{
    return path[0] == '~' ? home_dir() + path.substr(1) : path;
}

const std::string &home_dir()
{
    std::call_once(flag, [] { home = expand("~/data"); }); // expect: reentrant-once
    return home;
}
} // namespace

int main()
{
    return static_cast<int>(home_dir().size());
}
