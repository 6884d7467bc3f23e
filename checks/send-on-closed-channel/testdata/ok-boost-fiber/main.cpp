#include "fiber_min.hpp"

#include <cstdio>

using numbers = boost::fibers::buffered_channel<int>;

// The answer is looked at; and a second close does nothing.
static bool offer(numbers &out, int number)
{
    return out.push(number) == boost::fibers::channel_op_status::success;
}

static int produce(numbers &out, int count)
{
    int lost = 0;
    for (int i = 0; i < count; i++)
        lost += !offer(out, i);
    out.close();
    lost += !offer(out, count);
    out.close();
    return lost;
}

int main()
{
    numbers channel(4);
    boost::fibers::fiber reader([&channel] {
        for (int number; channel.pop(number) == boost::fibers::channel_op_status::success;)
            std::printf("%d\n", number);
    });
    int lost = produce(channel, 100);
    reader.join();
    return lost;
}
