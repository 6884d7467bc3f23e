#include <cstdio>
#include <thread>
#include <vector>

#include "channels.hpp"

static long weigh(int item)
{
    return item * 31L % 17;
}

int main()
{
    boost::fibers::buffered_channel<long> weights(32);
    std::vector<std::thread> producers, consumers;
    for (int p = 0; p < 4; ++p)
        producers.emplace_back([&weights, p] {
            for (int i = 0; i < 100; ++i)
                weights.push(weigh(p * 100 + i));
        });
    for (int c = 0; c < 2; ++c)
        consumers.push_back(std::thread([&weights] {
            long weight, sum = 0;
            while (weights.pop(weight) == boost::fibers::channel_op_status::success)
                sum += weight;
            std::printf("%ld\n", sum);
        }));
    for (std::thread &producer : producers)
        producer.join();
    weights.close();
    for (std::thread &consumer : consumers)
        consumer.join();
}
