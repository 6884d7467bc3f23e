#include <map>
#include <string>
#include <thread>
#include <vector>

static void parse(const std::string &text)
{
    (void)std::stoi(text);
}

static int pick(const std::vector<int> &values, std::size_t i)
{
    return values.at(i);
}

int main()
{
    std::vector<int> values{1, 2};
    std::thread a(parse, "x"); // expect: spawn-without-recover(exception)
    std::thread b([&] { pick(values, 2); }); // expect: spawn-without-recover(exception)
    a.join();
    b.join();
}
