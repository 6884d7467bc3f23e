#pragma once
#include <cstddef>

namespace boost::fibers {
enum class channel_op_status { success = 0, empty, full, closed, timeout };

template <typename T> class unbuffered_channel {
public:
    unbuffered_channel();
    channel_op_status push(T const &value);
    channel_op_status try_push(T const &value);
    channel_op_status pop(T &value);
    void close() noexcept;
};

template <typename T> class buffered_channel {
public:
    explicit buffered_channel(std::size_t capacity);
    channel_op_status push(T const &value);
    channel_op_status try_push(T const &value);
    channel_op_status pop(T &value);
    void close() noexcept;
};
}
