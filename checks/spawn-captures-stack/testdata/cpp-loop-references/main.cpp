#include <cstdio>
#include <string>
#include <thread>
#include <vector>

static void handle(const std::string &name, int slot)
{
    std::printf("%s %d\n", name.c_str(), slot);
}

// All threads look at one counter, which goes on counting.
static void by_counter(const std::string &name)
{
    std::vector<std::thread> threads;
    for (int slot = 0; slot < 4; slot++)
        threads.emplace_back([&] { handle(name, slot); }); // expect: spawn-captures-stack
    for (std::thread &thread : threads)
        thread.join();
}

// Each turn has a name of its own, which ends with the turn.
static void by_copy(const std::vector<std::string> &names)
{
    std::vector<std::thread> threads;
    for (std::string name : names) {
        name += ".log";
        threads.push_back(std::thread([&name] { handle(name, 0); })); // expect: spawn-captures-stack
    }
    for (std::thread &thread : threads)
        thread.join();
}

// A reference to an element of what outlives the loop.
static void by_element(const std::vector<std::string> &names)
{
    std::vector<std::thread> threads;
    for (const std::string &name : names)
        threads.emplace_back([&name] { handle(name, 1); });
    for (std::thread &thread : threads)
        thread.join();
}

// Joined in the same turn.
static void one_by_one(const std::vector<std::string> &names)
{
    for (std::size_t i = 0; i < names.size(); i++) {
        std::string name = names[i];
        std::thread thread([&] { handle(name, static_cast<int>(i)); });
        thread.join();
    }
}

int main()
{
    std::vector<std::string> names = {"a", "b"};
    by_counter(names[0]);
    by_copy(names);
    by_element(names);
    one_by_one(names);
}
