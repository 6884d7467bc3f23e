// The part of boost/fiber that the tests need.
#pragma once
#include <cstddef>

namespace boost {
namespace fibers {
enum class channel_op_status { success, empty, full, closed, timeout };
template <typename T> class buffered_channel {
  public:
    explicit buffered_channel(std::size_t capacity);
    ~buffered_channel();
    buffered_channel(const buffered_channel &) = delete;
    bool is_closed() const noexcept;
    void close() noexcept;
    channel_op_status push(const T &value);
    channel_op_status try_push(const T &value);
    channel_op_status pop(T &value);
};
class fiber {
  public:
    fiber() noexcept;
    template <typename Fn, typename... Args> fiber(Fn &&fn, Args &&...args) { (void)sizeof...(args); }
    fiber(fiber &&other) noexcept;
    ~fiber();
    void join();
    void detach();
};
} // namespace fibers
} // namespace boost
