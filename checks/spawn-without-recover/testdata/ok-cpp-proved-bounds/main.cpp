#include <optional>
#include <thread>
#include <variant>
#include <vector>

static int sum(const std::vector<int> &values)
{
    int total = 0;
    for (std::size_t i = 0; i < values.size(); i++)
        total += values.at(i);
    return total;
}

static int get(const std::optional<int> &value)
{
    return value.has_value() ? value.value() : 0;
}

static int number(const std::variant<int, char> &v)
{
    if (std::holds_alternative<int>(v))
        return std::get<int>(v);
    return 0;
}

int main()
{
    std::vector<int> values{1, 2};
    std::thread t([&] { sum(values); });
    std::thread u([] { get(std::optional<int>(3)); });
    std::thread w([] { number(std::variant<int, char>(3)); });
    t.join();
    u.join();
    w.join();
}
