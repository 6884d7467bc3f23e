#include "fiber_min.hpp"

#include <functional>
#include <string>

using queue = boost::fibers::buffered_channel<std::string>;

namespace {
void drain(queue &lines)
{
    std::string line;
    while (lines.pop(line) == boost::fibers::channel_op_status::success)
        line.clear();
}

class writer {
  public:
    writer() : lines_(64), fiber_(drain, std::ref(lines_)) {}
    ~writer()
    {
        if (!lines_.is_closed())
            lines_.close();
        fiber_.join();
    }
    void write(const std::string &line) { lines_.push(line); }
    void stop()
    {
        lines_.close();
        write("-- stopped --"); // expect: send-on-closed-channel
    }

  private:
    queue lines_;
    boost::fibers::fiber fiber_;
};
} // namespace

int main()
{
    writer out;
    out.write("hello");
    out.stop();
}
