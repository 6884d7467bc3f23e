#include "pool.hpp"

#include <cstdio>
#include <memory>
#include <string>

static void save(const std::string &name)
{
    std::string path = "/tmp/" + name;
    run_detached([&path] { std::remove(path.c_str()); }); // expect: spawn-captures-stack
}

static int size(const std::string &name)
{
    int result = 0;
    run_and_wait([&] { result = static_cast<int>(name.size()); });
    return result;
}

static void touch(const std::string &name)
{
    int attempts = 3;
    auto again = [&attempts, name] {
        while (attempts-- > 0)
            std::puts(name.c_str());
    };
    start(again); // expect: spawn-captures-stack
}

static void drop(const std::string &name)
{
    auto path = std::make_shared<std::string>("/tmp/" + name);
    run_detached([path] { std::remove(path->c_str()); });
    start([name] { std::puts(name.c_str()); });
}

int main()
{
    save("one");
    touch("two");
    drop("three");
    return size("four");
}
