#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "channels.hpp"

struct Check {
    std::string name;
    bool passed() const
    {
        return !name.empty();
    }
};

bool all_pass(const std::vector<Check> &checks)
{
    static boost::fibers::unbuffered_channel<bool> verdicts; // expect: channel-undersized
    for (const Check &check : checks)
        std::thread([&check] { verdicts.push(check.passed()); }).detach();
    for (std::size_t i = 0; i < checks.size(); ++i) {
        bool passed = false;
        verdicts.pop(passed);
        if (!passed)
            return false;
    }
    return true;
}

int main()
{
    std::vector<Check> checks = {{"disk"}, {"net"}, {""}};
    std::cout << all_pass(checks) << '\n';
}
