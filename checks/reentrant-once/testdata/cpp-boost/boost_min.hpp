// The part of boost/thread that the tests need.
#pragma once
namespace boost {
class thread {
  public:
    thread() noexcept;
    template <class F> explicit thread(F &&f) { start(new F(static_cast<F &&>(f))); }
    thread(thread &&other) noexcept;
    ~thread();
    void join();
    void detach();

  private:
    void start(void *f);
};
class mutex {
  public:
    void lock();
    void unlock();
};
struct once_flag {
    int state;
};
#define BOOST_ONCE_INIT {0}
template <class Function> void call_once(once_flag &flag, Function f)
{
    if (flag.state == 0)
        f();
    flag.state = 1;
}
namespace asio {
class io_context {
  public:
    unsigned long run();
};
class thread_pool {
  public:
    explicit thread_pool(unsigned threads);
    ~thread_pool();
    void join();
    void keep(void *job);
};
template <typename Executor, typename Token> void post(Executor &&where, Token &&token)
{
    where.keep(new auto(static_cast<Token &&>(token)));
}
} // namespace asio
} // namespace boost
