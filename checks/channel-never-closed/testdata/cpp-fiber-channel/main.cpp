#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace boost::fibers {
enum class channel_op_status { success = 0, empty, full, closed, timeout };

template <typename T> class buffered_channel {
public:
    explicit buffered_channel(std::size_t capacity);
    channel_op_status push(T const &value);
    channel_op_status pop(T &value);
    void close() noexcept;
};
}

using boost::fibers::channel_op_status;

int main()
{
    boost::fibers::buffered_channel<std::string> lines(16);
    std::thread printer([&lines] {
        std::string line;
        while (lines.pop(line) == channel_op_status::success) // expect: channel-never-closed
            std::cout << line << '\n';
    });
    for (std::string line; std::getline(std::cin, line);)
        lines.push(line);
    printer.join();
    lines.close();
}
