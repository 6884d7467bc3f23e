#include <cstdio>
#include <thread>

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

class Recorder {
public:
    Recorder() : samples_(64), thread_([this] { run(); })
    {
    }
    ~Recorder()
    {
        samples_.close();
        thread_.join();
    }
    void add(double sample)
    {
        samples_.push(sample);
    }

private:
    void run()
    {
        double sample, sum = 0;
        while (samples_.pop(sample) == boost::fibers::channel_op_status::success)
            sum += sample;
        std::printf("%f\n", sum);
    }
    boost::fibers::buffered_channel<double> samples_;
    std::thread thread_;
};

int main()
{
    Recorder recorder;
    for (int i = 0; i < 100; i++)
        recorder.add(i * 0.5);
}
